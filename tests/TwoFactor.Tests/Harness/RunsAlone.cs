namespace TwoFactor.Tests.Harness;

using Xunit;

/// <summary>Tests that run after all others, one by one: what they show depends on how long things take.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "Alone";
}
