namespace TwoFactor.Tests.Harness;

using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

/// <summary>What a person with a screen reader, a keyboard or weak eyes would stumble over.</summary>
public static class Axe
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>One sentence per finding: the rule, what it asks for, and where.</summary>
    /// <param name="page">Opened with <see cref="Look.Scripts"/>: axe hangs without.</param>
    public static async Task<IReadOnlyList<string>> FindingsAsync(IPage page)
    {
        var seen = await page.RunAxe().WaitAsync(Patience, TestContext.Current.CancellationToken);
        return [.. seen.Violations.Select(finding => $"{finding.Id}: {finding.Help} ({string.Join(", ", finding.Nodes.Select(node => node.Html))})")];
    }
}
