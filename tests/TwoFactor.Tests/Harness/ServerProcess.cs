namespace TwoFactor.Tests.Harness;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

/// <summary>
/// The built program outside the process of the tests, with a data directory of its own that outlives a kill and is removed at the end.
/// </summary>
/// <remarks>
/// Most share a process (<see cref="ProgramHost"/>); what is killed, or says something of its process, has one of its own.
/// </remarks>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Greeting = "TwoFactor listens on ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("twofactor-");
    private readonly Dictionary<string, string?> settings;
    private readonly StringBuilder log = new();
    private readonly bool isAlone;
    private ProgramRun? run;

    /// <param name="settings">More settings, by their names in appsettings.json (<c>TwoFactor:Issuer</c>).</param>
    public ServerProcess(params (string Name, string Value)[] settings)
        : this(isAlone: false, settings)
    {
    }

    private ServerProcess(bool isAlone, (string Name, string Value)[]? settings)
    {
        this.isAlone = isAlone;
        SlowAttribute.RequireFor("The built program as a process");
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        this.settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Urls"] = Address.GetLeftPart(UriPartial.Authority),
            ["TwoFactor:DataDirectory"] = DataDirectory,

            // All people of a story come from one address. Stories of these limits set their own.
            ["Limits:Network:StrangerPosts"] = "1000000",
            ["Limits:Network:NetworkMails"] = "1000000",
            ["Limits:Network:Connections"] = "1000000",
            ["Limits:Network:NetworkConnections"] = "1000000",
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

    /// <summary>The number of its process while it runs.</summary>
    public int Id => Running.Process;

    private ProgramRun Running => run ?? throw new InvalidOperationException("The server does not run.");

    /// <summary>One that has its processes for itself: each start and each command.</summary>
    public static ServerProcess Alone(params (string Name, string Value)[] settings) => new(isAlone: true, settings);

    public static Task<ServerProcess> StartNewAsync(params (string Name, string Value)[] settings) =>
        StartAsync(new ServerProcess(settings));

    public static Task<ServerProcess> StartNewAloneAsync(params (string Name, string Value)[] settings) => StartAsync(Alone(settings));

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
        Assert.Null(run);
        var greeted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (said, starts) = (new StringBuilder(), true);
        run = Start(
            ProgramHost.Servers,
            [],
            text =>
            {
                Keep(text);
                if (starts && ("\n" + said.Append(text)).Contains("\n" + Greeting, StringComparison.Ordinal))
                {
                    starts = false;
                    greeted.SetResult();
                }
            },
            Keep);

        // Listening comes before its greeting, so nothing needs to be asked until that; it ends without one when it refuses to start.
        await Task.WhenAny(greeted.Task, run.Ended, Task.Delay(Patience, TestContext.Current.CancellationToken));
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.GetAsync(() => AnswersAsync(client), () => $"The server does not answer. It said: {Log}");
    }

    /// <summary>Ends it as a power cut would: SIGKILL.</summary>
    public async Task KillAsync()
    {
        var kill = Running.Kill ?? throw new InvalidOperationException("Its process is not for it alone: use StartNewAloneAsync.");
        kill();
        await EndAsync();
    }

    /// <summary>Asks it to stop, by SIGTERM if its process is its own, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await Running.Stop();
        return await EndAsync();
    }

    /// <summary>Runs a command of the same program on the same data directory: <c>RunAsync(["account", "list", "--json"])</c>.</summary>
    /// <remarks>Also for a <c>serve</c> that must refuse to start; one that starts fails the test after a minute.</remarks>
    public async Task<Execution> RunAsync(IEnumerable<string> arguments)
    {
        var (output, error) = (new StringBuilder(), new StringBuilder());
        var command = Start(ProgramHost.Commands, arguments, text => output.Append(text), text => error.Append(text));
        try
        {
            var code = await command.Ended.WaitAsync(Execution.Patience, TestContext.Current.CancellationToken);
            return new Execution(code, output.ToString(), error.ToString());
        }
        catch (TimeoutException ended)
        {
            await (command.Kill is { } kill ? Task.Run(kill) : command.Stop());
            throw new TimeoutException($"{string.Join(' ', arguments)} did not end.", ended);
        }
    }

    /// <summary>The link to the first admin's form, from the file beside the database.</summary>
    public async Task<Uri> SetupLinkAsync() =>
        new((await File.ReadAllTextAsync(Path.Combine(DataDirectory, "setup-link"), TestContext.Current.CancellationToken)).Trim());

    /// <summary>A person with a browser of his own.</summary>
    public Visitor Visitor() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }, Address);

    public async ValueTask DisposeAsync()
    {
        if (run is { } left)
        {
            await (left.Kill is null ? left.Stop() : Task.Run(left.Kill));
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<ServerProcess> StartAsync(ServerProcess server)
    {
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

    private ProgramRun Start(ProgramHost host, IEnumerable<string> arguments, Action<string> output, Action<string> error)
    {
        var environment = settings.ToDictionary(
            setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value, StringComparer.Ordinal);
        return isAlone
            ? ProgramRun.StartAlone(arguments, Home, environment, output, error)
            : host.Start(arguments, Home, environment, output, error);
    }

    private async Task<string?> AnswersAsync(HttpClient client)
    {
        if (Running.Ended.IsCompleted)
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
        var ended = Running;
        run = null;
        return await ended.Ended;
    }

    private void Keep(string text)
    {
        lock (log)
        {
            log.Append(text);
        }
    }
}
