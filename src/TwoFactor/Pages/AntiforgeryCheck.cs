namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.Filters;

/// <summary>Refuses a post without its antiforgery token: 400, the same form anew, and a kind sentence. Nothing is charged.</summary>
internal sealed class AntiforgeryCheck(IAntiforgery antiforgery) : IAsyncPageFilter
{
    public static readonly object FormTooOld = new();

    public async Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        var http = context.HttpContext;
        var isErrorPage = http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerFeature>() is not null;
        if (!HttpMethods.IsPost(http.Request.Method) || isErrorPage || await IsValidAsync(http))
        {
            return;
        }

        context.HandlerMethod = context.ActionDescriptor.HandlerMethods
            .FirstOrDefault(handler => string.Equals(handler.HttpMethod, "Get", StringComparison.OrdinalIgnoreCase) && handler.Name is null);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Items[FormTooOld] = true;
    }

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next) => next();

    private async Task<bool> IsValidAsync(HttpContext http)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(http);
            return true;
        }
        catch (AntiforgeryValidationException)
        {
            return false;
        }
    }
}
