namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// The kinds of one-time proof. The links "this was not me" have kinds of their own, <c>MailKind.NotMeTicket</c>. The kind is part of a
/// ticket's hashes, so a ticket of one kind never works as another.
/// </summary>
public static class TicketKinds
{
    public const string Setup = "setup";
    public const string Invitation = "invitation";
    public const string Reset = "reset";
    public const string PasswordLink = "password-link";

    /// <summary>One sign-in without the phone. It has the form of a recovery code.</summary>
    public const string Pass = "pass";

    /// <summary>Confirms a new first mail address, to which its link was sent.</summary>
    public const string Address = "address";

    /// <summary>The same for a second address.</summary>
    public const string SecondAddress = "second-address";

    /// <summary>Issued by a proof in a session: it lets one enrollment begin. Nobody ever gets its token.</summary>
    public const string Proof = "proof";

    /// <summary>Issued by an import, for an authenticator that it brings. Nobody ever gets its token.</summary>
    public const string Import = "import";
}

/// <summary>Why a ticket stopped working before it expired.</summary>
public static class TicketEnds
{
    public const string Used = "used";
    public const string Replaced = "replaced";
    public const string Stopped = "stopped";
}

/// <summary>A one-time proof. The row holds two keyed hashes, and nothing from which the token could be made.</summary>
public sealed class Ticket
{
    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>Null only for a set-up ticket whose form was not posted yet.</summary>
    public Guid? AccountId { get; init; }

    public required byte[] IdMac { get; init; }

    /// <summary>Over kind, token, account, row, epoch, end and <see cref="Mail"/>.</summary>
    public required byte[] Seal { get; init; }

    /// <summary>
    /// The guard's epoch that this ticket belongs to. It is always 0 for a link "this was not me", because a second change must not disable
    /// the link that stops the first one.
    /// </summary>
    public required Epoch Epoch { get; init; }

    public required UnixTime CreatedAt { get; init; }

    public required UnixTime ExpiresAt { get; init; }

    /// <summary>When it stopped working.</summary>
    public UnixTime? UsedAt { get; init; }

    /// <summary>One of <see cref="TicketEnds"/>.</summary>
    public string? EndedBecause { get; init; }

    /// <summary>The address that it confirms; null for all other kinds.</summary>
    public string? Mail { get; init; }

    /// <summary>How often its owner had it sent again, counted along the chain of tickets that replaced each other.</summary>
    public required int Resends { get; init; }
}

internal sealed class TicketMapping : IEntityTypeConfiguration<Ticket>
{
    public void Configure(EntityTypeBuilder<Ticket> builder)
    {
        builder.Property(ticket => ticket.Kind).HasMaxLength(32);
        builder.Property(ticket => ticket.EndedBecause).HasMaxLength(16);
        builder.Property(ticket => ticket.Mail).HasMaxLength(MailAddress.Longest);
        builder.HasIndex(ticket => ticket.IdMac).IsUnique();
        builder.HasIndex(ticket => new { ticket.AccountId, ticket.Kind });
        builder.HasIndex(ticket => ticket.ExpiresAt);
        // One set-up ticket works at a time, and it takes one account: there is one first admin.
        builder.HasIndex(ticket => ticket.Kind, "ticket_setup").IsUnique().HasFilter("kind = 'setup' AND used_at IS NULL");
        builder.HasOne<Account>().WithMany().HasForeignKey(ticket => ticket.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
