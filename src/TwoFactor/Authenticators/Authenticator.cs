namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Storage;

public static class AuthenticatorStates
{
    public const string Pending = "pending";
    public const string Active = "active";
    public const string Removed = "removed";
}

/// <summary>Why an authenticator was removed. The page that showed its QR code says which reason it was.</summary>
public static class RemovalReasons
{
    public const string Expired = "expired";
    public const string OtherBrowser = "other-browser";
    public const string TooManyWrong = "too-many-wrong";
    public const string Replaced = "replaced";
    public const string ByOwner = "by-owner";
}

/// <summary>One TOTP secret on one phone.</summary>
public sealed class Authenticator
{
    private const string DefaultLabel = "Authenticator app";

    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The longest label, in characters.</summary>
    public const int LongestLabel = 64;

    public required string Label
    {
        get;
        init => (field, FoldedLabel) = (value, Fold(value));
    }

    /// <summary>The label as it is compared: no two active ones of an account have the same.</summary>
    public string FoldedLabel { get; private init; } = "";

    /// <summary>
    /// One more than the highest number that the account ever had, so that a new line in the app never overwrites one that works.
    /// </summary>
    public required int Number { get; init; }

    /// <summary>The number of an account's first one.</summary>
    public const int FirstNumber = 1;

    public required string State { get; init; }

    /// <summary>Those of an account whose codes are accepted.</summary>
    internal static IQueryable<Authenticator> ActiveOf(TwoFactorDb rows, Guid account) => rows.Set<Authenticator>().AsNoTracking()
        .Where(authenticator => authenticator.AccountId == account && authenticator.State == AuthenticatorStates.Active);

    /// <summary>The label until the owner gives another one. It is numbered like the line in the app.</summary>
    public static string LabelFor(int number) => Numbered(DefaultLabel, number);

    /// <summary>A name that from the second authenticator on ends with its number: <c>ana</c>, <c>ana (2)</c>.</summary>
    internal static string Numbered(string name, int number) =>
        number == FirstNumber ? name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} ({number})");

    /// <summary>Labels that people take for the same one are the same.</summary>
    public static string Fold(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return FoldedText.Of(label);
    }

    /// <summary>The secret, encrypted under the key ring; null once removed.</summary>
    public byte[]? Ciphertext { get; init; }

    public Guid? KeyId { get; init; }

    /// <summary>
    /// Until when a pending one may be confirmed. Null once confirmed, and for an imported one, which waits for its owner's password.
    /// </summary>
    public UnixTime? ExpiresAt { get; init; }

    /// <summary>How often a pending one's time was extended.</summary>
    public int Extensions { get; init; }

    /// <summary>Wrong codes at the confirmation. They are not charged to the guard.</summary>
    public int ConfirmFails { get; init; }

    /// <summary>The keyed hash that finds a pending enrollment by its browser's cookie.</summary>
    public required byte[] BrowserBinding { get; init; }

    /// <summary>Binds that cookie to this row, its account, epoch and end.</summary>
    public required byte[] OwnerSeal { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>The ticket that let this enrollment begin.</summary>
    public required Guid TicketId { get; init; }

    /// <summary>The session that gave a proof in place of a mailed ticket; null when there was none.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>
    /// Whether its secret came from a file, set when it becomes active. Whoever wrote or kept that file has its codes too, so its owner
    /// cannot become an admin.
    /// </summary>
    public bool IsImported { get; init; }

    /// <summary>Whether its first code removes all others.</summary>
    public bool ReplacesAll { get; init; }

    public required UnixTime CreatedAt { get; init; }

    public UnixTime? ConfirmedAt { get; init; }

    public UnixTime? LastUsedAt { get; init; }

    /// <summary>One of <see cref="RemovalReasons"/>.</summary>
    public string? RemovedBecause { get; init; }
}

internal sealed class AuthenticatorMapping : IEntityTypeConfiguration<Authenticator>
{
    public void Configure(EntityTypeBuilder<Authenticator> builder)
    {
        builder.Property(authenticator => authenticator.Label).HasMaxLength(Authenticator.LongestLabel);
        builder.Property(authenticator => authenticator.FoldedLabel).HasMaxLength(Authenticator.LongestLabel);
        builder.Property(authenticator => authenticator.BrowserBinding).HasColumnName("owner");
        builder.Property(authenticator => authenticator.State).HasMaxLength(16);
        builder.Property(authenticator => authenticator.RemovedBecause).HasMaxLength(32);
        builder.HasIndex(authenticator => new { authenticator.AccountId, authenticator.State });
        builder.HasIndex(authenticator => new { authenticator.AccountId, authenticator.Number }).IsUnique();
        builder.HasIndex(authenticator => authenticator.AccountId, "authenticator_one_pending").IsUnique()
            .HasFilter("state = 'pending'");
        builder.HasIndex(authenticator => new { authenticator.AccountId, authenticator.FoldedLabel }, "authenticator_label").IsUnique()
            .HasFilter("state = 'active'");
        builder.HasIndex(authenticator => authenticator.BrowserBinding);
        builder.HasIndex(authenticator => authenticator.ExpiresAt).HasFilter("state = 'pending'").HasDatabaseName("authenticator_pending");
        builder.HasOne<Account>().WithMany().HasForeignKey(authenticator => authenticator.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(authenticator => authenticator.KeyId).OnDelete(DeleteBehavior.Restrict);
        // Deleting old tickets must not delete authenticators with them. NoAction is checked at the end of the statement, so that deleting
        // an account can delete both.
        builder.HasOne<Ticket>().WithMany().HasForeignKey(authenticator => authenticator.TicketId).OnDelete(DeleteBehavior.NoAction);
        builder.ToTable(table => table.HasCheckConstraint(
            "authenticator_state", "state IN ('pending', 'active', 'removed') AND (state = 'removed') = (ciphertext IS NULL)"));
    }
}

/// <summary>What its owner does to one of several authenticators.</summary>
internal static class AuthenticatorStatements
{
    /// <returns>False when it is not active, or another active one has this label.</returns>
    public static async Task<bool> RenameAsync(Work work, Guid account, Guid authenticator, string label)
    {
        var folded = Authenticator.Fold(label);
        return await work.ExecuteAsync(
            $"""
             UPDATE authenticator SET label={label}, folded_label={folded}
              WHERE id={authenticator} AND account_id={account} AND state='active' AND NOT EXISTS
               (SELECT 1 FROM authenticator o
                 WHERE o.account_id={account} AND o.state='active' AND o.folded_label={folded} AND o.id<>{authenticator})
             """) == 1;
    }

    /// <summary>Removes one and erases its secret.</summary>
    /// <returns>False when it is not active, or is the only one.</returns>
    public static async Task<bool> RemoveUnlessOnlyAsync(Work work, Guid account, Guid authenticator)
    {
        work.Revisions.NoteChange(account);
        return await work.ExecuteAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.ByOwner}
              WHERE id={authenticator} AND account_id={account} AND state='active'
                AND EXISTS (SELECT 1 FROM authenticator o WHERE o.account_id={account} AND o.id<>{authenticator} AND o.state='active')
             """) == 1;
    }
}
