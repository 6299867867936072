namespace TwoFactor.Tests.Harness;

using System.Diagnostics;
using System.Globalization;

/// <summary>
/// One run of the built program, in a process of its own or in one that it shares with others (<see cref="ProgramHost"/>).
/// </summary>
/// <param name="Process">The number of its process.</param>
/// <param name="Ended">Its exit code, once it has ended and all that it wrote was read.</param>
/// <param name="Stop">Asks it to stop, as SIGTERM does.</param>
/// <param name="Kill">Ends it as a power cut would, with SIGKILL; null where that would end others too.</param>
public sealed record ProgramRun(int Process, Task<int> Ended, Func<Task> Stop, Action? Kill)
{
    /// <summary>The program stands beside the tests, with its own runtime configuration, since they reference its project.</summary>
    private static string Dll => Path.Combine(AppContext.BaseDirectory, "TwoFactor.dll");

    private static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Starts a program of .NET, with all three standard streams to the caller.</summary>
    public static ProcessStartInfo Starting(string dll, IEnumerable<string> arguments) => new(DotNet, [dll, .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>Starts the program as a process of its own.</summary>
    /// <param name="output">Takes what it writes to standard output.</param>
    /// <param name="error">Takes what it writes to standard error.</param>
    public static ProgramRun StartAlone(
        IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?> environment, Action<string> output,
        Action<string> error)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var start = Starting(Dll, arguments);
        start.WorkingDirectory = folder;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        process.StandardInput.Close();
        var ended = EndAsync(process, Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error)));
        return new ProgramRun(
            process.Id,
            ended,
            async () =>
            {
                await Execution.RunAsync("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {process.Id}")]);
            },
            process.Kill);
    }

    private static async Task<int> EndAsync(Process process, Task read)
    {
        using (process)
        {
            await process.WaitForExitAsync();
            await read;
            return process.ExitCode;
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> said)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is var read and > 0)
        {
            said(new string(buffer, 0, read));
        }
    }
}
