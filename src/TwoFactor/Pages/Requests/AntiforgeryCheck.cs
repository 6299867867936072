namespace TwoFactor.Pages.Requests;

using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using TwoFactor.Web;

/// <summary>Refuses a post without its antiforgery token: 400, the same form anew, and a kind sentence. Nothing is charged.</summary>
internal sealed class AntiforgeryCheck(IAntiforgery antiforgery) : IAsyncPageFilter
{
    public static readonly object FormTooOld = new();

    public async Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method) || IsErrorPage(http) || await IsValidAsync(http))
        {
            return;
        }

        context.HandlerMethod = context.ActionDescriptor.HandlerMethods
            .FirstOrDefault(handler => string.Equals(handler.HttpMethod, "Get", StringComparison.OrdinalIgnoreCase) && handler.Name is null);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Items[FormTooOld] = true;
    }

    /// <summary>A page that has nothing to post to says so; Razor would show it half made.</summary>
    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is null && context.HandlerInstance is not ErrorModel && HttpMethods.IsPost(context.HttpContext.Request.Method))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status405MethodNotAllowed);
            return Task.CompletedTask;
        }

        return next();
    }

    private static bool IsErrorPage(HttpContext http) =>
        http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerFeature>() is not null;

    /// <summary>Whether a post carries the token of a form that was made for an account. One of a session that waits for the password now was made while it lived.</summary>
    public static async Task<bool> IsOfAsync(HttpContext http, Guid account)
    {
        var before = http.User;
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, account.ToString())], "form"));
        try
        {
            return await IsValidAsync(http.RequestServices.GetRequiredService<IAntiforgery>(), http);
        }
        finally
        {
            http.User = before;
        }
    }

    private async Task<bool> IsValidAsync(HttpContext http) =>
        await IsValidAsync(antiforgery, http) || (http.Parked() is { } parked && await IsOfAsync(http, parked.Account.Id));

    private static async Task<bool> IsValidAsync(IAntiforgery antiforgery, HttpContext http)
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
