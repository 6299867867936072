namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What holds an account. Each bit is lifted by its own action.</summary>
[Flags]
public enum HeldBy
{
    None = 0,
    Disabled = 1,
    Reset = 2,
    Frozen = 4,
}

public static class Holds
{
    /// <summary>
    /// The hold that people are told of when several apply: disabled comes first, then an open reset, then frozen.
    /// </summary>
    public static HeldBy First(this HeldBy held) =>
        new[] { HeldBy.Disabled, HeldBy.Reset, HeldBy.Frozen }.FirstOrDefault(hold => held.HasFlag(hold));
}

/// <summary>The code guard, one row for each account: it alone decides whether a code is judged, and counts the wrong ones.</summary>
public sealed class CodeGuard
{
    public required Guid AccountId { get; init; }

    /// <summary>
    /// Sessions, pending sign-ins and tickets of another epoch no longer work. Links of "this was not me" have none and go on.
    /// </summary>
    public Epoch Epoch { get; init; }

    /// <summary>The highest time step that was accepted from the present authenticators.</summary>
    public TimeStep LastStep { get; init; }

    /// <summary>Wrong codes since the last accepted one.</summary>
    public int Fails { get; init; }

    /// <summary>Wrong codes in the running period; a success does not clear them.</summary>
    public int Fails30 { get; init; }

    /// <summary>When that period began.</summary>
    public UnixTime Fails30From { get; init; }

    /// <summary>Until when no code is judged; unset when there is no wait.</summary>
    public UnixTime WaitUntil { get; init; }

    /// <summary>Whether it is closed. It opens only when an authenticator that replaces all others is confirmed.</summary>
    public bool Closed { get; init; }

    public HeldBy Held { get; init; }

    /// <summary>When a wait was last ended by hand.</summary>
    public UnixTime UnlockedAt { get; init; }

    /// <summary>When the open reset was approved.</summary>
    public UnixTime? ResetAt { get; init; }

    /// <summary>When the account was frozen.</summary>
    public UnixTime? FrozenAt { get; init; }

    /// <summary>Whether nothing stands against a change of the account by its owner, made under this epoch.</summary>
    internal bool IsOpenAt(Epoch epoch) => Epoch == epoch && !Closed && Held == HeldBy.None;

    /// <summary>Wrong recovery codes since the last right one, or since the last rest.</summary>
    public int RecoveryFails { get; init; }

    /// <summary>Until when no recovery code is judged; unset when they do not rest.</summary>
    public UnixTime RecoveryUntil { get; init; }

    /// <summary>The number of the last change of anything that is sealed. An event carries the same number.</summary>
    public long Rev { get; init; }

    /// <summary>The part of the seal that covers the account's row. <see cref="AccountSeals"/> explains this and the four below.</summary>
    public required byte[] Person { get; init; }

    public required byte[] Groups { get; init; }

    public required byte[] Factors { get; init; }

    public required byte[] Requests { get; init; }

    /// <summary>The number of its key in one byte, then a keyed hash over the four parts and over what this row decides.</summary>
    public required byte[] Seal { get; init; }
}

internal sealed class CodeGuardMapping : IEntityTypeConfiguration<CodeGuard>
{
    public void Configure(EntityTypeBuilder<CodeGuard> builder)
    {
        builder.HasKey(guard => guard.AccountId);
        builder.Property(guard => guard.Held).HasConversion<long>();
        builder.HasOne<Account>().WithOne().HasForeignKey<CodeGuard>(guard => guard.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.ToTable(table =>
        {
            table.HasCheckConstraint("code_guard_counts", "fails >= 0 AND fails30 >= 0 AND held BETWEEN 0 AND 7");
            table.HasCheckConstraint("code_guard_seal", $"rev > 0 AND length(seal) = {AccountSeals.Size}");
        });
    }
}
