namespace TwoFactor.Storage;

/// <summary>What a story answers. Every outcome says itself whether what the story wrote stands; there is no default.</summary>
public interface IOutcome
{
    /// <summary>False: everything that the story wrote is rolled back.</summary>
    bool Commits { get; }
}

/// <summary>A plain answer of a story that always stands.</summary>
public sealed record Kept<T>(T Value) : IOutcome
{
    public bool Commits => true;
}
