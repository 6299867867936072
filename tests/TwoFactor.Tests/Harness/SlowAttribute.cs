namespace TwoFactor.Tests.Harness;

using Xunit;
using Xunit.v3;

/// <summary>
/// Slow by its nature: a browser, the built program as a process, a storm of many rounds. <c>tests/run --fast</c> leaves it out.
/// </summary>
/// <remarks>
/// On a class or on single tests; whatever is in the collection of the browser has it from there. Who forgets it is told by
/// <see cref="RequireFor"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    private static readonly KeyValuePair<string, string> Trait = new("Speed", "Slow");

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [Trait];

    /// <summary>Lets nothing slow begin in a test that the fast run would take along.</summary>
    /// <param name="what">Is about to begin.</param>
    public static void RequireFor(string what)
    {
        // A fixture begins before there is a test.
        var context = TestContext.Current;
        var traits = context.Test?.Traits ?? context.TestMethod?.Traits ?? context.TestClass?.Traits ?? context.TestCollection?.Traits;
        if (traits is not null && !(traits.TryGetValue(Trait.Key, out var values) && values.Contains(Trait.Value, StringComparer.Ordinal)))
        {
            throw new InvalidOperationException($"{what} takes its time: mark the test, or its class, [Slow].");
        }
    }
}
