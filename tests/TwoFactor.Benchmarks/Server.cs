namespace TwoFactor.Benchmarks;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

/// <summary>The published server as its own process.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly Process process;

    private Server(Process process, Uri address, TimeSpan startedIn) => (this.process, Address, StartedIn) = (process, address, startedIn);

    public Uri Address { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan StartedIn { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public long MegabytesInUse
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / (1024 * 1024);
        }
    }

    /// <summary>Limits by network that a run raises, because all of its load comes from this machine.</summary>
    public static IReadOnlyList<string> Raised { get; } =
    [
        "Limits:Network:StrangerPosts", "Limits:Network:Connections", "Limits:Network:NetworkConnections", "Limits:Network:NetworkMails",
        "Limits:Network:MailsAMinute", "Limits:Network:MailsAnHour",
    ];

    public static async Task<Server> StartAsync(string directory)
    {
        var address = new Uri($"http://localhost:{FreePort()}");
        var start = new ProcessStartInfo(
            "dotnet",
            [PublishedProgram.Path, "--Urls", address.AbsoluteUri, "--Logging:LogLevel:Default", "Warning"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["TwoFactor__DataDirectory"] = directory;

        // A mail server that takes nothing: without one nobody can ask for a new password.
        start.Environment["Smtp__Host"] = "localhost";
        start.Environment["Smtp__Port"] = "1";
        start.Environment["Smtp__Security"] = "None";
        start.Environment["Limits__Tickets__PasswordLinksAnHour"] = "10";
        foreach (var limit in Raised)
        {
            start.Environment[limit.Replace(":", "__", StringComparison.Ordinal)] = "1000000";
        }

        var began = TimeProvider.System.GetTimestamp();
        var started = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        started.OutputDataReceived += (_, _) => { };
        started.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = address };
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await pause.WaitForNextTickAsync())
        {
            try
            {
                await client.GetStringAsync(new Uri("/health/live", UriKind.Relative));
                break;
            }
            catch (HttpRequestException) when (!started.HasExited)
            {
                // Not yet.
            }
        }

        return new Server(started, address, TimeProvider.System.GetElapsedTime(began));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A folder that goes with the run.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("twofactor-benchmark-");

    public string Path => System.IO.Path.Combine(home.FullName, "data");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        home.Delete(recursive: true);
    }
}
