namespace TwoFactor.Tests;

using System.Text.RegularExpressions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What docs/architecture.md says of files is true.</summary>
public sealed partial class ArchitecturePageTests
{
    [Fact]
    public void Every_file_that_it_names_is_there()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "architecture.md"));
        string[] roots = ["src/TwoFactor", "tests/TwoFactor.Tests", "tests", ""];
        var named = FileName().Matches(page).Select(match => match.Groups["file"].Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(named.Count > 50);
        Assert.DoesNotContain(named, file => !roots.Any(root => File.Exists(Repository.PathOf(root, file))));
    }

    /// <summary>A path in a code span, such as `Sessions/SignIn.cs`; one with a placeholder names no file.</summary>
    [GeneratedRegex(
        "`(?<file>[A-Za-z/.]+\\.(cs|cshtml|cs\\.html|targets|csproj))`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
