namespace TwoFactor.Storage;

/// <summary>
/// What a story locks before its first line, in the one order: pending sign-in, admins, code guards by ascending account id.
/// </summary>
/// <remarks>
/// SQLite has one writer at a time, so its transaction is the lock already. Stories name their locks anyway, and a guard that was not named
/// is not handed out.
/// </remarks>
public sealed record Locks
{
    private Locks()
    {
    }

    /// <summary>No lock: the story decides by none of these rows.</summary>
    public static Locks None { get; } = new();

    /// <summary>The pending sign-in that the story uses up.</summary>
    public Guid? PendingSignIn { get; private init; }

    /// <summary>Whether the story decides by the number of usable admins.</summary>
    public bool HoldsAdmins { get; private init; }

    /// <summary>The accounts whose guards are locked: ascending, each once.</summary>
    public IReadOnlyList<Guid> Accounts { get; private init; } = [];

    /// <summary>The guards of these accounts.</summary>
    public static Locks Of(params IEnumerable<Guid> accounts) => new() { Accounts = [.. accounts.Distinct().Order()] };

    public static Locks Pending(Guid id) => new() { PendingSignIn = id };

    public static Locks Admins() => new() { HoldsAdmins = true };

    /// <summary>The locks of both.</summary>
    public Locks And(Locks other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (PendingSignIn is { } mine && other.PendingSignIn is { } theirs && mine != theirs)
        {
            throw new ArgumentException("A story uses up one pending sign-in at most.", nameof(other));
        }

        return new()
        {
            PendingSignIn = PendingSignIn ?? other.PendingSignIn,
            HoldsAdmins = HoldsAdmins || other.HoldsAdmins,
            Accounts = [.. Accounts.Union(other.Accounts).Order()],
        };
    }

    /// <summary>Whether the guard of this account is locked.</summary>
    public bool Holds(Guid account) => Accounts.Contains(account);
}

/// <summary>Thrown by a story that needs further guards: it is rolled back and runs again with them.</summary>
public sealed class OtherLocksException(params IReadOnlyList<Guid> accounts) : Exception("A story needs further locks.")
{
    public IReadOnlyList<Guid> Accounts { get; } = accounts;
}
