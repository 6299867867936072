namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.HttpOverrides;
using TwoFactor.Administration.Banners;
using TwoFactor.Mail;

/// <summary>The one place that decides which headers about host and client are trusted, before anything reads them.</summary>
/// <remarks>
/// Scheme and host are always those of PublicUrl. X-Forwarded headers stay only when a known proxy sent them: whatever runs later may trust
/// those that it sees. The framework's ForwardedHeadersMiddleware then reads the client's address from X-Forwarded-For. It takes "1" and
/// "0x7f.1" for addresses, so only plain ones are left to it. This must run before anything that runs a request through the pipeline a
/// second time: the address would then be the client's, and no proxy's.
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
            Note(context, headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName));
            forwarded.ForEach(name => headers.Remove(name));
        }

        if (headers.TryGetValue(ForwardedHeadersDefaults.XForwardedForHeaderName, out var forwardedFor))
        {
            headers[ForwardedHeadersDefaults.XForwardedForHeaderName] = known.AddressesIn(forwardedFor.ToString());
        }

        return next(context);
    }

    private void Note(HttpContext context, bool speaksForOthers)
    {
        if (context.Connection.RemoteIpAddress is not { } peer)
        {
            return;
        }

        var address = KnownProxies.Plain(peer);
        if (unknown.Note(address, speaksForOthers))
        {
            log.UnknownProxy(address);
        }

        if (speaksForOthers && unknown.IsLocalProxy(address))
        {
            context.Features.Set(new UnnamedProxy(address));
        }
    }
}
