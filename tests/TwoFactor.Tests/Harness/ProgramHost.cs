namespace TwoFactor.Tests.Harness;

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

/// <summary>
/// A process that runs the program many times: real servers on real ports and real commands, for stories that do not need a process of
/// their own. Servers and commands have one each, so that a command always comes from another process than the server beside it.
/// </summary>
public sealed class ProgramHost
{
    private readonly ConcurrentDictionary<int, SharedRun> runs = [];
    private readonly Lock writing = new();
    private Process? process;
    private int newest;

    private ProgramHost()
    {
    }

    public static ProgramHost Servers { get; } = new();

    public static ProgramHost Commands { get; } = new();

    /// <summary>Starts the program. Parameters as in <see cref="ProgramRun.StartAlone"/>.</summary>
    public ProgramRun Start(
        IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?> environment, Action<string> output,
        Action<string> error)
    {
        var id = Interlocked.Increment(ref newest);
        var run =
            runs[id] = new SharedRun(output, error, new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (writing)
        {
            process ??= Begin();
            Write(process, new Order(id, [.. arguments], folder, environment));
            return new ProgramRun(
                process.Id,
                run.Ended.Task,
                () =>
                {
                    lock (writing)
                    {
                        if (!run.Ended.Task.IsCompleted)
                        {
                            Write(process, new Order(id, null, folder, environment));
                        }
                    }

                    return Task.CompletedTask;
                },
                Kill: null);
        }
    }

    private static void Write(Process process, Order order)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(order));
        process.StandardInput.Flush();
    }

    /// <summary>Its input closes when the tests end, and with that it ends.</summary>
    private Process Begin()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = ProgramRun.Starting(
            Repository.PathOf("tests", "TwoFactor.ProgramHost", "bin", configuration, "net10.0", "TwoFactor.ProgramHost.dll"), []);
        var begun = Process.Start(start) ?? throw new InvalidOperationException("The program host did not start.");

        // It outlives the test that begins it.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => ReadAsync(begun));
        }

        return begun;
    }

    private async Task ReadAsync(Process begun)
    {
        var error = begun.StandardError.ReadToEndAsync();
        while (await begun.StandardOutput.ReadLineAsync() is { } line)
        {
            var report = JsonSerializer.Deserialize<Report>(line)!;
            var run = runs[report.Id];
            run.Output(report.Output ?? "");
            run.Error(report.Error ?? "");
            if (report.ExitCode is { } code && runs.TryRemove(report.Id, out _))
            {
                run.Ended.SetResult(code);
            }
        }

        var last = await error;
        lock (writing)
        {
            process = null;
            foreach (var run in runs.Values)
            {
                run.Ended.TrySetException(new InvalidOperationException($"The process of several runs ended: {last}"));
            }

            runs.Clear();
        }
    }

    /// <summary>As TwoFactor.ProgramHost reads it.</summary>
    private sealed record Order(int Id, string[]? Arguments, string Folder, IReadOnlyDictionary<string, string?> Environment);

    /// <summary>As TwoFactor.ProgramHost writes it.</summary>
    private sealed record Report(int Id, string? Output, string? Error, int? ExitCode);

    private sealed record SharedRun(Action<string> Output, Action<string> Error, TaskCompletionSource<int> Ended);
}
