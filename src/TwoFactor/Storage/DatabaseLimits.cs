namespace TwoFactor.Storage;

using System.ComponentModel.DataAnnotations;

/// <summary>How many may wait for their turn to write, and for how long.</summary>
public sealed class DatabaseLimits
{
    /// <summary>
    /// Writers that wait in this process, 1 to 100000, default 1000. Any further one is refused at once, because the database is busy.
    /// </summary>
    [Range(1, 100_000)]
    public int Waiting { get; init; } = 1_000;

    /// <summary>Seconds that a request waits until it may write, 1 to 60, default 5.</summary>
    [Range(1, 60)]
    public int WaitSeconds { get; init; } = 5;

    /// <summary>Seconds that a command or a background job of the server waits until it may write, 1 to 600, default 30.</summary>
    [Range(1, 600)]
    public int CommandWaitSeconds { get; init; } = 30;

    internal TimeSpan WaitOf(Actor actor) =>
        TimeSpan.FromSeconds(actor.Kind is ActorKind.Console or ActorKind.Server ? CommandWaitSeconds : WaitSeconds);
}
