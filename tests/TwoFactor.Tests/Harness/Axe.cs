namespace TwoFactor.Tests.Harness;

using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

/// <summary>What a person with a screen reader, a keyboard or weak eyes would stumble over.</summary>
public static class Axe
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>One sentence per finding: the rule, what it asks for, and where.</summary>
    /// <param name="page">Opened with <see cref="Look.Scripts"/>: axe hangs without.</param>
    /// <param name="rules">Only these; none: all that axe knows.</param>
    /// <remarks>
    /// No page has a frame, so axe's older way, without a second page for its findings, sees the same in a third of the time.
    /// </remarks>
    public static async Task<IReadOnlyList<string>> FindingsAsync(IPage page, params string[] rules)
    {
        var options = rules.Length == 0 ? null : new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "rule", Values = [.. rules] } };
#pragma warning disable CS0618 // "Being removed in the future": then a test says so, and the newer way takes its time.
        var seen = await page.Locator("html").RunAxeLegacy(options).WaitAsync(Patience, TestContext.Current.CancellationToken);
#pragma warning restore CS0618
        return [.. seen.Violations.Select(
            finding => $"{finding.Id}: {finding.Help} ({string.Join(", ", finding.Nodes.Select(node => node.Html))})")];
    }
}
