namespace TwoFactor;

using TwoFactor.Commands;

/// <summary>Picks the command: <c>serve</c> by default.</summary>
public sealed class Program
{
    private Program()
    {
    }

    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args);
}
