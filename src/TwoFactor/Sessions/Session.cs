namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A completed sign-in in one browser.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }

    public required byte[] IdMac { get; init; }

    public required byte[] Seal { get; init; }

    public required Guid AccountId { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>When the code was accepted.</summary>
    public required UnixTime CreatedAt { get; init; }

    /// <summary>Written once a minute; until then a later use is in <see cref="Store.LastUses"/>.</summary>
    public required UnixTime LastSeenAt { get; set; }

    /// <summary>The latest end; part of the seal.</summary>
    public required UnixTime ExpiresAt { get; init; }

    public UnixTime? EndedAt { get; init; }

    /// <summary>The authenticator whose code opened it; empty when a recovery code or a pass did.</summary>
    public required Guid AuthenticatorId { get; init; }

    /// <summary>
    /// The time step of the code that opened it, or the guard's last one when a recovery code or a pass did. A proof takes a later step.
    /// </summary>
    public required TimeStep Step { get; init; }

    /// <summary>When its last proof was given.</summary>
    public UnixTime? ProvenAt { get; init; }

    /// <summary>When a recovery code was spent in it.</summary>
    public UnixTime? RecoveredAt { get; init; }

    /// <summary>Opened while the guard was closed: it repairs the sign-in and opens nothing else.</summary>
    public bool IsRepair { get; init; }

    /// <summary>A keyed hash over the proofs: somebody who only writes to the database cannot forge a proof.</summary>
    public required byte[] ProofSeal { get; init; }

    /// <summary>The admin pages ask for a code first: the session was idle, was resumed by the password, or was opened by a pass.</summary>
    public bool NeedsCode { get; init; }

    public required Browser Browser { get; init; }

    public required OperatingPlatform Platform { get; init; }

    /// <summary>The IP address that it was opened from, 4 or 16 bytes.</summary>
    public byte[]? Address { get; init; }
}

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.HasIndex(session => session.IdMac).IsUnique();
        builder.HasIndex(session => session.AccountId);
        builder.HasIndex(session => session.ExpiresAt);
        builder.HasOne<Account>().WithMany().HasForeignKey(session => session.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
