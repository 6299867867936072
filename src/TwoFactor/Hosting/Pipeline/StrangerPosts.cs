namespace TwoFactor.Hosting.Pipeline;

using System.Net;
using System.Threading.RateLimiting;
using TwoFactor.Accounts.Networks;
using TwoFactor.Administration.Network;
using TwoFactor.Web;

/// <summary>A proxy on this machine or in a private network that no setting names sent this request for somebody.</summary>
internal sealed record UnnamedProxy(IPAddress Address);

/// <summary>How many forms the strangers of each network posted within a minute. A singleton.</summary>
internal sealed class StrangerPostLimiter(NetworkLimits limits) : IDisposable
{
    /// <summary>Parts of the minute: so many seconds after a refusal there is room again, or soon.</summary>
    public const int SegmentSeconds = 5;

    private const int Segments = 60 / SegmentSeconds;

    private readonly PartitionedRateLimiter<ClientNetwork> networks = Make<ClientNetwork>(limits.StrangerPosts);
    private readonly PartitionedRateLimiter<IPAddress> proxies = Make<IPAddress>(limits.UnnamedProxyPosts);

    /// <summary>Counts a post. Returns false when there were too many.</summary>
    public bool TryTake(HttpContext context)
    {
        if (context.Features.Get<UnnamedProxy>() is { Address: var proxy })
        {
            return IsAcquired(proxies, proxy);
        }

        return ClientNetwork.Of(context.Connection.RemoteIpAddress) is not { } network || IsAcquired(networks, network);
    }

    public void Dispose()
    {
        networks.Dispose();
        proxies.Dispose();
    }

    private static PartitionedRateLimiter<T> Make<T>(int permits)
        where T : notnull => PartitionedRateLimiter.Create<T, T>(key => RateLimitPartition.GetSlidingWindowLimiter(
            key,
            _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = permits,
                Window = TimeSpan.FromMinutes(1),
                SegmentsPerWindow = Segments,
                QueueLimit = 0,
            }));

    private static bool IsAcquired<T>(PartitionedRateLimiter<T> limiter, T key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }
}

/// <summary>
/// Answers 429 when the strangers of a network post too many forms. It runs before anything of the form is judged, and never for whoever is
/// known.
/// </summary>
internal sealed class StrangerPosts(RequestDelegate next, StrangerPostLimiter limiter)
{
    public async Task InvokeAsync(HttpContext context, Acquaintance acquaintance)
    {
        if (HttpMethods.IsPost(context.Request.Method)
            && !RequestRules.IsErrorPage(context)
            && await acquaintance.IsStrangerAsync(context)
            && !limiter.TryTake(context))
        {
            context.Response.SetRetryAfter(StrangerPostLimiter.SegmentSeconds);
            RequestRules.Refuse(context, StatusCodes.Status429TooManyRequests);
            return;
        }

        await next(context);
    }
}
