namespace TwoFactor.Hosting;

/// <summary>The one line a request leaves in the log. It names the route's pattern, never the address: an address may hold a token.</summary>
internal sealed class RequestLine(RequestDelegate next, TimeProvider time, ILogger<RequestLine> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-";
            var method = context.Request.Method is "GET" or "HEAD" or "POST" ? context.Request.Method : "other";
            log.Request(method, route, context.Response.StatusCode, (long)time.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
