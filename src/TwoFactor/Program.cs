namespace TwoFactor;

using TwoFactor.Commands;

/// <summary>Runs the command line; <c>serve</c> is the default command.</summary>
public sealed class Program
{
    private Program()
    {
    }

    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args);
}
