namespace TwoFactor.Tests.Commands;

using System.Text.Json;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>One server with its first admin, ada, for all tests of a class; each brings people of its own.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    internal ServerProcess Server { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Server.StartAsync();
        using var ada = await NewUser.FirstAdminAsync(Server);
    }

    /// <summary>Runs a command that must be answered with yes.</summary>
    internal async Task<Execution> DoAsync(params string[] command)
    {
        var done = await Server.RunAsync(command);
        Assert.True(done.ExitCode is 0, $"{string.Join(' ', command)}: {done.ExitCode} {done.Error}");
        Assert.Equal("", done.Error);
        return done;
    }

    /// <summary>Runs a command that must be answered with no, and only on standard error.</summary>
    internal async Task<string> RefuseAsync(params string[] command)
    {
        var refused = await Server.RunAsync(command);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        return refused.Error.TrimEnd('\n');
    }

    internal async Task<JsonElement> AnswerAsync(params string[] command)
    {
        using var answer = JsonDocument.Parse((await DoAsync([.. command, "--json"])).Output);
        return answer.RootElement.Clone();
    }

    /// <summary>Added on the console; the link is the one that was printed.</summary>
    internal async Task<Uri> AddAsync(string userName, string role = "user") =>
        new((await AnswerAsync("account", "add", userName, "--mail", $"{userName}@acme.example", "--role", role)).GetProperty("link")
            .GetString()!);

    /// <summary>Added, and enrolled by the printed link.</summary>
    internal async Task<NewUser> EnrollAsync(string userName, string role = "user") =>
        await NewUser.AcceptAsync(Server, userName, await AddAsync(userName, role));

    internal async Task<string> StateAsync(string userName) =>
        (await AnswerAsync("account", "show", userName)).GetProperty("state").GetString()!;

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
