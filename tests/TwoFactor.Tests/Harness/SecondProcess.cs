namespace TwoFactor.Tests.Harness;

using System.Diagnostics;
using System.Globalization;
using TwoFactor.Keys;
using TwoFactor.Storage;
using Xunit;

/// <summary>What a party of a race answered.</summary>
/// <param name="Wrong">Of recovery codes: was used.</param>
public sealed record Tally(int Accepted, int Wrong, int Other)
{
    public static Tally operator +(Tally left, Tally right) =>
        new(left.Accepted + right.Accepted, left.Wrong + right.Wrong, left.Other + right.Other);
}

/// <summary>The small program that decides on the same database from a process of its own.</summary>
public sealed class SecondProcess : IAsyncDisposable
{
    private readonly Process process;

    private SecondProcess(Process process) => this.process = process;

    public static Task<SecondProcess> StartAsync(TestHost testHost) => StartAsync(testHost.Settings.Data.Path, testHost.Now);

    /// <param name="now">What its clock says.</param>
    public static async Task<SecondProcess> StartAsync(string dataDirectory, UnixTime now)
    {
        SlowAttribute.RequireFor("A second process");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var dll = Repository.PathOf("tests", "TwoFactor.SecondProcess", "bin", configuration, "net10.0", "TwoFactor.SecondProcess.dll");
        var start = new ProcessStartInfo(
            "dotnet", [dll, dataDirectory, now.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var started = Process.Start(start) ?? throw new InvalidOperationException("The second process did not start.");
        Assert.Equal("ready", await started.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        return new SecondProcess(started);
    }

    /// <summary>Plays one code in several pending sign-ins at once.</summary>
    public Task<Tally> PlayAsync(TestHost testHost, string code, IEnumerable<Token> pendings) =>
        PlayAsync(testHost, "code", code, pendings);

    /// <summary>Plays one recovery code in several pending sign-ins at once.</summary>
    public Task<Tally> PlayRecoveryAsync(TestHost testHost, string code, IEnumerable<Token> pendings) =>
        PlayAsync(testHost, "recovery-code", code, pendings);

    /// <summary>An admin takes another account's role away.</summary>
    public Task<Tally> DemoteAsync(TestHost testHost, Guid target, Token session) =>
        PlayAsync(testHost, "demote", target.ToString(), [session]);

    /// <summary>Takes the write lock of the database file until <see cref="FreeFileAsync"/>.</summary>
    public Task HoldFileAsync() => AskAsync("hold", "held");

    public Task FreeFileAsync() => AskAsync("free", "free");

    /// <summary>Imports a file, and is killed between two of its batches.</summary>
    public async Task ImportHalfAsync(string file)
    {
        await AskAsync($"import {file}", "half");
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
    }

    private async Task AskAsync(string line, string answer)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(answer, await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private async Task<Tally> PlayAsync(TestHost testHost, string what, string typed, IEnumerable<Token> pendings)
    {
        await process.StandardInput.WriteLineAsync(
            $"{what} {testHost.Now} {typed} {string.Join(' ', pendings.Select(pending => pending.Reveal()))}");
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The second process ended.");
        var counts = answer.Split(' ').Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToArray();
        return new Tally(counts[0], counts[1], counts[2]);
    }
}
