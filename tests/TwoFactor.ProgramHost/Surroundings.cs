namespace TwoFactor.ProgramHost;

/// <summary>Environment and current folder of a run. Put back when it needs them no more: a server, from its greeting on.</summary>
internal sealed class Surroundings : IDisposable
{
    private readonly Dictionary<string, string?> before;
    private readonly string folder = Directory.GetCurrentDirectory();
    private Action? after;

    /// <param name="after">Lets the next one in.</param>
    public Surroundings(string folder, Dictionary<string, string?> environment, Action after)
    {
        this.after = after;
        before = environment.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable, StringComparer.Ordinal);
        Set(environment);
        Directory.SetCurrentDirectory(folder);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref after, null) is { } end)
        {
            Set(before);
            Directory.SetCurrentDirectory(folder);
            end();
        }
    }

    private static void Set(Dictionary<string, string?> environment)
    {
        foreach (var (name, value) in environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
