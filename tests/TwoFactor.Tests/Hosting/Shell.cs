namespace TwoFactor.Tests.Hosting;

using TwoFactor.Tests.Harness;

/// <summary>A script around the built program, for what only a shell can say: another umask, a terminal, a kill at a moment.</summary>
internal static class Shell
{
    /// <summary>
    /// <c>twofactor</c> runs a command, <c>serve &amp;</c> starts the server, <c>started $!</c> waits until its link is there or it
    /// ended.
    /// </summary>
    internal const string Words = """
        set -u
        twofactor() { "$DOTNET" "$DLL" "$@"; }
        serve() { exec "$DOTNET" "$DLL" serve; }
        started() { until [ -s data/setup-link ] || ! kill -0 "$1"; do sleep 0.05; done; }

        """;

    /// <summary>
    /// Runs where a server that does not run has its home; the data directory is <c>data</c> there, and only the environment given here
    /// is set.
    /// </summary>
    public static Task<Execution> RunAsync(ServerProcess place, string script, params (string Name, string Value)[] environment) =>
        Execution.RunAsync("/bin/sh", ["-c", Words + script], adjust: start =>
        {
            Describe(start, Path.GetDirectoryName(place.DataDirectory)!);
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        });

    /// <summary>Where a script runs, and what <see cref="Words"/> needs to know.</summary>
    internal static void Describe(System.Diagnostics.ProcessStartInfo start, string home)
    {
        start.WorkingDirectory = home;
        start.Environment["DOTNET"] = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        start.Environment["DLL"] = Path.Combine(AppContext.BaseDirectory, "TwoFactor.dll");
    }
}
