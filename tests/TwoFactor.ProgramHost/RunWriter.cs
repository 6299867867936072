namespace TwoFactor.ProgramHost;

using System.Text;

/// <summary>The console of all runs: what is written goes to the run that writes it.</summary>
internal sealed class RunWriter(Action<int, string> said) : TextWriter
{
    /// <summary>With these words a server says that it has started.</summary>
    private const string Greeting = "TwoFactor listens on ";

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(string? value)
    {
        if (Run.Current is { } run && value is not null)
        {
            said(run.Id, value);
            if (value.StartsWith(Greeting, StringComparison.Ordinal))
            {
                run.Surroundings.Dispose();
            }
        }
    }
}
