namespace TwoFactor.Hosting.Pipeline;

using TwoFactor.Administration.Banners;

/// <summary>Behind a proxy that a setting names, whoever the proxy speaks for is who asks. Scheme and host never come from a header.</summary>
/// <remarks>Stands before whatever runs a request through the pipeline a second time: then the address would be the client's, who is no proxy.</remarks>
internal sealed class ForwardedClient(RequestDelegate next, KnownProxies known, UnknownProxies unknown, ILogger<ForwardedClient> log)
{
    private const string Client = "X-Forwarded-For";

    private static readonly string[] Headers = [Client, "X-Forwarded-Proto", "X-Forwarded-Host"];

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (context.Connection.RemoteIpAddress is { } peer && Headers.Any(headers.ContainsKey))
        {
            var plain = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
            if (!known.Contains(plain))
            {
                if (unknown.Note(plain))
                {
                    log.UnknownProxy(plain);
                }
            }
            else if (headers.TryGetValue(Client, out var forwardedFor))
            {
                context.Connection.RemoteIpAddress = known.ClientOf(plain, forwardedFor.ToString());
            }
        }

        return next(context);
    }
}
