namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.Filters;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;
using TwoFactor.Web;

/// <summary>
/// Shows every 4xx and 5xx to a person: what happened, whether anything was changed, and one way on. When it is requested directly, it is a
/// missing page.
/// </summary>
/// <remarks>It has no handler method, because it answers for requests of every HTTP method.</remarks>
public sealed class ErrorModel(ILogger<ErrorModel> log) : SitePage
{
    public string? Explanation { get; private set; }

    public override bool MentionsSupport => Explanation?.Contains(Brand.SupportText, StringComparison.Ordinal) is true;

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var failure = HttpContext.Features.Get<IExceptionHandlerFeature>();
        if (failure is null && HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
        }

        if (failure is not null)
        {
            Response.SetRetryAfter(Failure.Of(failure.Error).RetryAfterSeconds);
        }

        (Title, Explanation) = Response.StatusCode switch
        {
            StatusCodes.Status503ServiceUnavailable when failure?.Error is BusyException
                and not (ForeignSchemaException or DiskFullException) =>
                ("We are very busy just "
                    + "now", "Wait a few seconds and try again. If you were changing something, look first whether it is done already."),
            StatusCodes.Status503ServiceUnavailable =>
                ("We cannot do this just now", $"Nothing was changed. Try again later, or contact {Brand.SupportText}."),
            StatusCodes.Status403Forbidden when failure?.Error is AlteredAccountException =>
                ("This account is on hold", $"Nothing was changed. Contact {Brand.SupportText}."),
            StatusCodes.Status404NotFound => ("There is no such page", "The address may be mistyped, or the page may not be yours to see."),
            StatusCodes.Status405MethodNotAllowed => ("This page does not answer that", "Nothing was changed."),
            StatusCodes.Status413PayloadTooLarge => ("That was too large", "Nothing was changed."),
            StatusCodes.Status429TooManyRequests => ("Too many requests", $"Wait {Wait} seconds, then try again. Nothing was changed."),
            >= 500 => ("Something went wrong on our side", ReferTo(failure?.Error)),
            _ => ("Your browser sent something we cannot read", "Nothing was changed."),
        };
    }

    /// <summary>As the header says.</summary>
    private string Wait => Response.Headers.RetryAfter is { Count: > 0 } after ? after.ToString() : "a few";

    private string ReferTo(Exception? failure) =>
        $"Reference {log.Refer(failure)}. If this goes on, contact {Brand.SupportText} and say it.";
}
