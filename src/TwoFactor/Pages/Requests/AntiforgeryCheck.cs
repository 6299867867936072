namespace TwoFactor.Pages.Requests;

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using TwoFactor.Web;

/// <summary>
/// Refuses a post without a valid antiforgery token: status 400, the same form again, and a readable sentence. Nothing is charged.
/// </summary>
internal sealed class AntiforgeryCheck : IAsyncPageFilter
{
    public static readonly object FormTooOld = new();

    public async Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method) || IsErrorPage(http) || await FormToken.IsValidAsync(http))
        {
            return;
        }

        context.HandlerMethod = context.ActionDescriptor.HandlerMethods
            .FirstOrDefault(
                handler => string.Equals(handler.HttpMethod, "Get", StringComparison.OrdinalIgnoreCase) && handler.Name is null);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Items[FormTooOld] = true;
    }

    /// <summary>Answers 405 to a post at a page without a handler for it; Razor would render the page half prepared.</summary>
    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is null
            && context.HandlerInstance is not ErrorModel
            && HttpMethods.IsPost(context.HttpContext.Request.Method))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
            return Task.CompletedTask;
        }

        return next();
    }

    private static bool IsErrorPage(HttpContext http) =>
        http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerFeature>() is not null;
}
