namespace TwoFactor.Hosting;

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

/// <summary>The connections that are open, so that a stop of the server does not wait for whoever never ends a request.</summary>
internal sealed class OpenConnections(ServerLimits limits, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<ConnectionContext, bool> open = [];
    private ITimer? timer;

    /// <summary>Runs around each connection.</summary>
    public ConnectionDelegate Watch(ConnectionDelegate next) => async connection =>
    {
        open[connection] = true;
        try
        {
            await next(connection);
        }
        finally
        {
            open.TryRemove(connection, out _);
        }
    };

    /// <summary>The server stops: requests under way get some seconds, then their connections are aborted.</summary>
    public void AbortSoon() =>
        timer = time.CreateTimer(_ => AbortAll(), null, TimeSpan.FromSeconds(limits.StopSeconds), Timeout.InfiniteTimeSpan);

    public void Dispose() => timer?.Dispose();

    private void AbortAll()
    {
        foreach (var connection in open.Keys)
        {
            connection.Abort(new ConnectionAbortedException("The server stops."));
        }
    }
}
