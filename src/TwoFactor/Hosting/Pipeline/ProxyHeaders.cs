namespace TwoFactor.Hosting.Pipeline;

using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using TwoFactor.Administration.Banners;
using TwoFactor.Mail;

/// <summary>Judges what a request says of its host and of who sent it, before anything reads it: the one place that does.</summary>
/// <remarks>
/// Scheme and host are always those of PublicUrl. X-Forwarded headers stay only where a known proxy sent them: whatever stands behind
/// may trust those that it sees.
/// Who asks, the framework's ForwardedHeadersMiddleware then reads from X-Forwarded-For; it takes "1" and "0x7f.1" for addresses, so
/// only plain ones are left to it.
/// Stands before whatever runs a request through the pipeline a second time: then the address would be the client's, who is no proxy.
/// </remarks>
internal sealed class ProxyHeaders(
    RequestDelegate next, PublicUrl publicUrl, KnownProxies known, UnknownProxies unknown, ILogger<ProxyHeaders> log)
{
    private const string Prefix = "X-Forwarded-";

    public Task InvokeAsync(HttpContext context)
    {
        context.Request.Scheme = publicUrl.Value.Scheme;
        context.Request.Host = new HostString(publicUrl.Value.Authority);

        var headers = context.Request.Headers;
        var forwarded = headers.Keys.Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        if (forwarded.Count > 0 && !known.Contains(context.Connection.RemoteIpAddress))
        {
            Note(context.Connection.RemoteIpAddress);
            forwarded.ForEach(name => headers.Remove(name));
        }

        if (headers.TryGetValue(ForwardedHeadersDefaults.XForwardedForHeaderName, out var forwardedFor))
        {
            headers[ForwardedHeadersDefaults.XForwardedForHeaderName] = known.AddressesIn(forwardedFor.ToString());
        }

        return next(context);
    }

    private void Note(IPAddress? peer)
    {
        if (peer is not null && KnownProxies.Plain(peer) is var address && unknown.Note(address))
        {
            log.UnknownProxy(address);
        }
    }
}
