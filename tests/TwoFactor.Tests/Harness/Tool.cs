namespace TwoFactor.Tests.Harness;

using Xunit;

/// <summary>A program of the machine that a story needs; <c>tests/run</c> brings it where it may.</summary>
/// <param name="Name">What the program is called on the search path.</param>
/// <param name="Package">Debian's package that holds it.</param>
/// <param name="Other">Another program that does as well; null when there is none.</param>
public sealed record Tool(string Name, string Package, string? Other = null)
{
    /// <summary>Without a window it takes half of the time of the whole browser.</summary>
    public static Tool Chromium { get; } = new("chromium-headless-shell", "chromium-headless-shell", "chromium");

    public static Tool Zbarimg { get; } = new("zbarimg", "zbar-tools");

    public static Tool Oathtool { get; } = new("oathtool", "oathtool");

    public static Tool Aiosmtpd { get; } = new("aiosmtpd", "python3-aiosmtpd");

    public static Tool Openssl { get; } = new("openssl", "openssl");

    private string? Path { get; } = Find(Name) ?? Find(Other);

    /// <summary>Where the program is; the test is skipped, with the reason, on a machine that lacks it.</summary>
    public string Require()
    {
        Assert.SkipUnless(Path is not null, $"{Name} is missing: run tests/run, or install the package {Package}.");
        return Path;
    }

    /// <summary>The interpreter that a program written in Python names in its first line: another one would not find its modules.</summary>
    public string RequirePython() => File.ReadLines(Require()).First().TrimStart('#', '!').Split(' ')[0];

    private static string? Find(string? name) => name is null
        ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
