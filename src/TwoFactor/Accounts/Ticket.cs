namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// The kinds of one-time proof, beside the links "this was not me", whose kinds are <c>MailKind.NotMeTicket</c>. The kind is part of a
/// ticket's hashes: none opens the door of another.
/// </summary>
public static class TicketKinds
{
    public const string Setup = "setup";
    public const string Invitation = "invitation";
    public const string Reset = "reset";
    public const string PasswordLink = "password-link";

    /// <summary>One sign-in without the phone. It has the form of a recovery code.</summary>
    public const string Pass = "pass";

    /// <summary>What a proof in a session issues to itself: it lets one enrollment begin, and nobody ever holds it.</summary>
    public const string Proof = "proof";

    /// <summary>What an import issues to itself for an authenticator that it brings: nobody ever holds it.</summary>
    public const string Import = "import";
}

/// <summary>Why a ticket stopped working before its time.</summary>
public static class TicketEnds
{
    public const string Used = "used";
    public const string Replaced = "replaced";
    public const string Stopped = "stopped";
}

/// <summary>A one-time proof. The row holds two keyed hashes and nothing that opens anything.</summary>
public sealed class Ticket
{
    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>Null only for a set-up ticket whose form was not posted yet.</summary>
    public Guid? AccountId { get; init; }

    public required byte[] IdMac { get; init; }

    /// <summary>Over kind, token, account, row, epoch and end.</summary>
    public required byte[] Seal { get; init; }

    /// <summary>
    /// The guard's epoch that this ticket belongs to; of a not-me link always 0, for a second change must not kill the way to stop the
    /// first.
    /// </summary>
    public required Epoch Epoch { get; init; }

    public required UnixTime CreatedAt { get; init; }

    public required UnixTime ExpiresAt { get; init; }

    /// <summary>When it stopped working.</summary>
    public UnixTime? UsedAt { get; init; }

    /// <summary>One of <see cref="TicketEnds"/>.</summary>
    public string? EndedBecause { get; init; }

    /// <summary>How often its owner had it sent again, counted along the chain of tickets that replaced each other.</summary>
    public required int Resends { get; init; }
}

internal sealed class TicketMapping : IEntityTypeConfiguration<Ticket>
{
    public void Configure(EntityTypeBuilder<Ticket> builder)
    {
        builder.Property(ticket => ticket.Kind).HasMaxLength(32);
        builder.Property(ticket => ticket.EndedBecause).HasMaxLength(16);
        builder.HasIndex(ticket => ticket.IdMac).IsUnique();
        builder.HasIndex(ticket => new { ticket.AccountId, ticket.Kind });
        builder.HasIndex(ticket => ticket.ExpiresAt);
        // One set-up ticket works at a time, and it takes one account: there is one first admin.
        builder.HasIndex(ticket => ticket.Kind, "ticket_setup").IsUnique().HasFilter("kind = 'setup' AND used_at IS NULL");
        builder.HasOne<Account>().WithMany().HasForeignKey(ticket => ticket.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
