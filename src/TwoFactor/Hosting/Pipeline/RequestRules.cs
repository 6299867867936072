namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Diagnostics;
using TwoFactor.Web;

/// <summary>
/// Checks a request before anything reads it: a method that the endpoint has, no parameter twice, a body within the limit.
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
            context.Response.StatusCode = status;
            // The error page is always read with GET: it must not be answered like OPTIONS, for example.
            context.Request.Method = HttpMethods.Get;
            return;
        }

        await next(context);
    }

    private static async Task<int?> RefuseAsync(HttpRequest request)
    {
        var allowed = AllowedMethods.Of(request.HttpContext.GetEndpoint());
        if (!allowed.Has(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = string.Join(", ", allowed.Methods);
            return StatusCodes.Status405MethodNotAllowed;
        }

        if (request.Query.Any(parameter => parameter.Value.Count > 1))
        {
            return StatusCodes.Status400BadRequest;
        }

        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || UploadRules.IsUpload(request))
        {
            return null;
        }

        try
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            return form.Any(field => field.Value.Count > 1) || form.Files.Count > 0 ? StatusCodes.Status400BadRequest : null;
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException
            or NotSupportedException or OverflowException or FormatException)
        {
            // The charset is not supported, a chunk has no valid length, or the body is not a form.
            return StatusCodes.Status400BadRequest;
        }
    }
}
