namespace TwoFactor.Tests.Harness;

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

/// <summary>
/// The built program as its own process, with a data directory of its own that outlives a kill and is removed at the end.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Greeting = "TwoFactor listens on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("twofactor-");
    private readonly Dictionary<string, string?> settings;
    private readonly StringBuilder log = new();
    private Process? process;

    /// <param name="settings">More settings, by their names in appsettings.json (<c>TwoFactor:Issuer</c>).</param>
    public ServerProcess(params (string Name, string Value)[] settings)
    {
        SlowAttribute.RequireFor("The built program as a process");
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        this.settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Urls"] = Address.GetLeftPart(UriPartial.Authority),
            ["TwoFactor:DataDirectory"] = DataDirectory,
        };
        foreach (var (name, value) in settings ?? [])
        {
            this.settings[name] = value;
        }
    }

    /// <summary>Where it listens; the same after each start.</summary>
    public Uri Address { get; }

    /// <summary>A folder of its own, for files beside the data directory.</summary>
    public string Home => home.FullName;

    /// <summary>Made by the first start.</summary>
    public string DataDirectory => Path.Combine(home.FullName, "data");

    public string DatabaseFile => Path.Combine(DataDirectory, "twofactor.db");

    /// <summary>All that it has said so far, on standard output and standard error, over all its starts.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>The mails that it wrote.</summary>
    public Mailbox Mailbox => field ??= new Mailbox(Path.Combine(DataDirectory, "outbox"));

    /// <summary>A number for the operating system while it runs.</summary>
    public int Id => Running.Id;

    private Process Running => process ?? throw new InvalidOperationException("The server does not run.");

    public static async Task<ServerProcess> StartNewAsync(params (string Name, string Value)[] settings)
    {
        var server = new ServerProcess(settings);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes settings for the next start.</summary>
    public void Set(params IEnumerable<(string Name, string Value)> changed)
    {
        foreach (var (name, value) in changed)
        {
            settings[name] = value;
        }
    }

    /// <summary>Starts it and returns when it answers; also again after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        Assert.Null(process);
        var start = new ProcessStartInfo(DotNet, [Dll])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Settle(start);
        var greeted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            Keep(line.Data);
            if (line.Data?.StartsWith(Greeting, StringComparison.Ordinal) is not false)
            {
                greeted.TrySetResult();
            }
        };
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Listening comes before its greeting, so nothing needs to be asked until that; its output ends without one when it refuses to
        // start.
        await greeted.Task.WaitAsync(Patience, TestContext.Current.CancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.GetAsync(() => AnswersAsync(client), () => $"The server does not answer. It said: {Log}");
    }

    /// <summary>Ends it as a power cut would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await EndAsync();
    }

    /// <summary>Asks it to stop (SIGTERM), and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Execution.RunAsync("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {Running.Id}")]);
        return await EndAsync();
    }

    /// <summary>Runs a command of the same program on the same data directory: <c>RunAsync(["account", "list", "--json"])</c>.</summary>
    /// <remarks>Also for a <c>serve</c> that must refuse to start; one that starts fails the test after a minute.</remarks>
    public Task<Execution> RunAsync(IEnumerable<string> arguments, string? input = null) =>
        Execution.RunAsync(DotNet, [Dll, .. arguments], input, Settle);

    /// <summary>The link to the first admin's form, from the file beside the database.</summary>
    public async Task<Uri> SetupLinkAsync() =>
        new((await File.ReadAllTextAsync(Path.Combine(DataDirectory, "setup-link"), TestContext.Current.CancellationToken)).Trim());

    /// <summary>A person with a browser of his own.</summary>
    public Visitor Visitor() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, Address);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await EndAsync();
        }

        try
        {
            ListCopies.AssertTrue(DatabaseFile);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The program stands beside the tests, with its own runtime configuration, since they reference its project.</summary>
    private static string Dll => Path.Combine(AppContext.BaseDirectory, "TwoFactor.dll");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Settle(ProcessStartInfo start)
    {
        start.WorkingDirectory = home.FullName;
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }

    private async Task<string?> AnswersAsync(HttpClient client)
    {
        if (Running.HasExited)
        {
            var code = await EndAsync();
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"The server ended with {code}. It said: {Log}"));
        }

        try
        {
            using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode ? "live" : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<int> EndAsync()
    {
        using var ended = Running;
        await ended.WaitForExitAsync(CancellationToken.None);
        process = null;
        return ended.ExitCode;
    }

    private void Keep(string? line)
    {
        lock (log)
        {
            log.AppendLine(line);
        }
    }
}
