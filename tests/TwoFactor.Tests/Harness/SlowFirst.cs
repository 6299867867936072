namespace TwoFactor.Tests.Harness;

using Xunit;
using Xunit.Sdk;
using Xunit.v3;

/// <summary>
/// What takes minutes begins first, so that nobody waits for it alone at the end; the rest comes in another order each time.
/// </summary>
public sealed class SlowFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections).OrderBy(Rank)];

    /// <summary>A class without a collection of its own is one, which is named after it.</summary>
    private static int Rank<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection => collection.TestCollectionDisplayName switch
        {
            BrowserTests.Name => 0,
            var name when name.Contains(typeof(Commands.CommandTableTests).FullName!, StringComparison.Ordinal) => 1,
            _ => 2,
        };
}
