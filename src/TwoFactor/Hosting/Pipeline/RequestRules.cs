namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Diagnostics;
using TwoFactor.Web;

/// <summary>
/// Checks a request before anything reads it: a method that the endpoint has, text without a parameter twice, a body within the limit.
/// </summary>
internal sealed class RequestRules(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // The error page runs for a request that has already been refused.
        var isErrorPage = context.Features.Get<IStatusCodeReExecuteFeature>() is not null
            || context.Features.Get<IExceptionHandlerFeature>() is not null;
        if (!isErrorPage && await RefuseAsync(context.Request) is { } status)
        {
            Refuse(context, status);
            return;
        }

        await next(context);
    }

    internal static void Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        // The error page is always read with GET: it must not be answered like OPTIONS, for example.
        context.Request.Method = HttpMethods.Get;
    }

    private static async Task<int?> RefuseAsync(HttpRequest request)
    {
        var allowed = AllowedMethods.Of(request.HttpContext.GetEndpoint());
        if (!allowed.Has(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = string.Join(", ", allowed.Methods);
            return StatusCodes.Status405MethodNotAllowed;
        }

        if (!RequestValues.IsPlain(request.Query))
        {
            return StatusCodes.Status400BadRequest;
        }

        return HttpMethods.IsPost(request.Method) && request.HasFormContentType && !UploadRules.IsUpload(request)
            ? await FormReading.RefuseAsync(request, mostFiles: 0)
            : null;
    }
}
