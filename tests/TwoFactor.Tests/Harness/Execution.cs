namespace TwoFactor.Tests.Harness;

using System.Diagnostics;
using Xunit;

/// <summary>A program that ran to its end.</summary>
public sealed record Execution(int ExitCode, string Output, string Error)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs a program to its end; one that does not end within a minute is killed, and the test fails.</summary>
    /// <param name="adjust">Sets what is special about this run: folder, environment.</param>
    public static async Task<Execution> RunAsync(
        string program, IEnumerable<string> arguments, string? input = null, Action<ProcessStartInfo>? adjust = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        adjust?.Invoke(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await WriteAsync(process.StandardInput, input);
            await process.WaitForExitAsync(limit.Token);
            return new Execution(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException ended)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end.", ended);
        }
    }

    /// <summary>
    /// Writes all that the program is to read, and ends its input. A program that ends before it read everything is no failure.
    /// </summary>
    private static async Task WriteAsync(StreamWriter writer, string? input)
    {
        try
        {
            await writer.WriteAsync(input);
            writer.Close();
        }
        catch (IOException)
        {
        }
    }
}
