namespace TwoFactor.ProgramHost;

using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TwoFactor.Commands;

/// <summary>What a test asks for.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="Arguments">Of the program; null asks a run to stop.</param>
internal sealed record Order(int Id, string[]? Arguments, string Folder, Dictionary<string, string?> Environment);

/// <summary>What a run wrote, or its exit code at its end.</summary>
internal sealed record Report(int Id, string? Output = null, string? Error = null, int? ExitCode = null);

/// <summary>
/// Runs the program as often as the tests ask, in one process: they need real servers and commands, but few of them need the cost of a
/// process that compiles everything anew.
/// Each line of standard input is an <see cref="Order"/> as JSON, each line of standard output a <see cref="Report"/>. The end of the
/// input ends the process.
/// </summary>
internal static class Program
{
    private static readonly Lock Writing = new();
    private static readonly ConcurrentDictionary<int, CancellationTokenSource> Stops = [];

    /// <summary>Environment and current folder belong to the process: only one run reads them at a time.</summary>
    private static readonly SemaphoreSlim Turn = new(1, 1);

    public static async Task Main()
    {
        var (orders, reports) = (Console.In, Console.Out);
        Console.SetIn(TextReader.Null);
        Console.SetOut(new RunWriter((id, text) => Write(reports, new Report(id, Output: text))));
        Console.SetError(new RunWriter((id, text) => Write(reports, new Report(id, Error: text))));
        while (await orders.ReadLineAsync() is { } line)
        {
            var order = JsonSerializer.Deserialize<Order>(line)!;
            if (order.Arguments is null)
            {
                await StopAsync(order.Id);
            }
            else
            {
                var stop = Stops[order.Id] = new CancellationTokenSource();
                _ = Task.Run(
                    async () => Write(reports, new Report(order.Id, ExitCode: await RunAsync(order, order.Arguments, stop.Token))));
            }
        }
    }

    private static async Task StopAsync(int id)
    {
        if (Stops.TryGetValue(id, out var stop))
        {
            await stop.CancelAsync();
        }
    }

    private static async Task<int> RunAsync(Order order, string[] arguments, CancellationToken stop)
    {
        await Turn.WaitAsync(CancellationToken.None);
        var run = new Run(order.Id, new Surroundings(order.Folder, order.Environment, () => Turn.Release()));
        Run.Current = run;
        try
        {
            return await CommandLine.RunAsync(arguments, stop);
        }
        catch (Exception exception)
        {
            // As the runtime does at the end of a process.
            await Console.Error.WriteLineAsync($"Unhandled exception. {exception}");
            return 134;
        }
        finally
        {
            run.Surroundings.Dispose();
            SqliteConnection.ClearAllPools();
            Stops.TryRemove(order.Id, out _);
        }
    }

    private static void Write(TextWriter reports, Report report)
    {
        lock (Writing)
        {
            reports.WriteLine(JsonSerializer.Serialize(report));
            reports.Flush();
        }
    }
}
