namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Diagnostics;
using TwoFactor.Web;
using TwoFactor.Web.Requests;

/// <summary>
/// Checks a request before anything reads it: a method that the endpoint has, text, no parameter twice. The body is left to
/// <see cref="FormRules"/>.
/// </summary>
internal sealed class RequestRules(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (IsErrorPage(context))
        {
            ForgetForm(context.Request);
        }
        else if (Refuse(context.Request) is { } status)
        {
            Refuse(context, status);
            return;
        }

        await next(context);
    }

    /// <summary>The error page runs for a request that has already been refused.</summary>
    internal static bool IsErrorPage(HttpContext context) => context.Features.Get<IStatusCodeReExecuteFeature>() is not null
        || context.Features.Get<IExceptionHandlerFeature>() is not null;

    internal static void Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        // The error page is always read with GET: it must not be answered like OPTIONS, for example.
        context.Request.Method = HttpMethods.Get;
    }

    /// <summary>Pages read a form before they run, and the body may be that of somebody who was just refused.</summary>
    private static void ForgetForm(HttpRequest request) => request.ContentType = null;

    private static int? Refuse(HttpRequest request)
    {
        var endpoint = request.HttpContext.GetEndpoint();
        var allowed = AllowedMethods.Of(endpoint);
        if (!allowed.Has(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = string.Join(", ", allowed.Methods);
            return StatusCodes.Status405MethodNotAllowed;
        }

        if (!RequestValues.IsPlain(request.Query))
        {
            return StatusCodes.Status400BadRequest;
        }

        return endpoint is null && HttpMethods.IsPost(request.Method) ? StatusCodes.Status404NotFound : null;
    }
}
