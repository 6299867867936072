namespace TwoFactor.Storage;

/// <summary>The result of a story. Each outcome says itself whether the story is committed; there is no default.</summary>
public interface IOutcome
{
    /// <summary>Whether the story is committed; otherwise everything that it wrote is rolled back.</summary>
    bool Commits { get; }
}

/// <summary>A plain result of a story that always commits.</summary>
public sealed record Committed<T>(T Value) : IOutcome
{
    public bool Commits => true;
}
