namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Diagnostics;

/// <summary>Writes the one log line of a request. It names the route's pattern, never the address, which may hold a token.</summary>
internal sealed class RequestLine(RequestDelegate next, TimeProvider time, ILogger<RequestLine> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        var method = context.Request.Method is "GET" or "HEAD" or "POST" ? context.Request.Method : "other";
        try
        {
            await next(context);
        }
        finally
        {
            // Whoever sends too much fills no log with it.
            if (context.Response.StatusCode != StatusCodes.Status429TooManyRequests)
            {
                var route = (RequestedEndpoint(context) as RouteEndpoint)?.RoutePattern.RawText ?? "-";
                log.Request(method, route, context.Response.StatusCode, (long)time.GetElapsedTime(began).TotalMilliseconds);
            }
        }
    }

    /// <summary>The endpoint that was requested, even when the error page answered in its place.</summary>
    private static Endpoint? RequestedEndpoint(HttpContext context)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is { } status)
        {
            return status.Endpoint;
        }

        return context.Features.Get<IExceptionHandlerFeature>() is { } failure ? failure.Endpoint : context.GetEndpoint();
    }
}
