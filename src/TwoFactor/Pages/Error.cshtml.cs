namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

/// <summary>Every 4xx and 5xx for a person: what happened, whether anything was changed, one way on. Asked for directly it is a missing page.</summary>
[ResponseCache(NoStore = true)]
public sealed class ErrorModel : SitePage
{
    public string? Explanation { get; private set; }

    public void OnGet() => Show();

    public void OnPost() => Show();

    private void Show()
    {
        var isReached = HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is not null || HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;
        if (!isReached)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }

        (Title, Explanation) = Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ("There is no such page", "The address may be mistyped, or the page may not be yours to see."),
            StatusCodes.Status405MethodNotAllowed => ("This page does not answer that", "Nothing was changed."),
            StatusCodes.Status413PayloadTooLarge => ("That was too large", "Nothing was changed."),
            StatusCodes.Status429TooManyRequests => ("Too many requests", "Wait a moment, then try again."),
            >= 500 => ("Something went wrong on our side", $"Reference {References.Of(HttpContext)}. If this goes on, contact {Brand.SupportText} and say it."),
            _ => ("Your browser sent something we cannot read", "Nothing was changed."),
        };
    }
}

/// <summary>Eight characters that stand on the page and in the log.</summary>
public static class References
{
    private static readonly object Key = new();

    public static string Of(HttpContext context)
    {
        if (context.Items[Key] is not string reference)
        {
            reference = Guid.NewGuid().ToString("N")[..8];
            context.Items[Key] = reference;
        }

        return reference;
    }
}
