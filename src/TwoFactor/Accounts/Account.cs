namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A person who signs in. The code guard decides whether the person may.</summary>
public sealed class Account
{
    public required Guid Id { get; init; }

    /// <summary>Normalised, unique.</summary>
    public required string UserName { get; set; }

    /// <summary>Normalised, unique.</summary>
    public required string Mail { get; set; }

    /// <summary>
    /// Notifications go to this address too, in case the first mailbox is lost. Tickets and invitations do not, and nobody signs in with
    /// it.
    /// </summary>
    public string? SecondMail { get; init; }

    /// <summary>What <see cref="Mail"/> was before its last change.</summary>
    public string? FormerMail { get; init; }

    public UnixTime? MailChangedAt { get; init; }

    /// <summary>What <see cref="SecondMail"/> was before its last change; null also where there was none.</summary>
    public string? FormerSecondMail { get; init; }

    public UnixTime? SecondMailChangedAt { get; init; }

    /// <summary>
    /// When a mailed link last set the password, or an address was changed: the person who did it may control nothing but the mailbox.
    /// </summary>
    public UnixTime? UntrustedSince { get; init; }

    /// <summary>The first full sign-in after that.</summary>
    public UnixTime? ReverifiedAt { get; init; }

    /// <summary>The longest <see cref="Name"/>, in characters.</summary>
    public const int LongestName = 128;

    /// <summary>The name that other people read: "Ada Lovelace".</summary>
    public required string Name { get; set; }

    public required Role Role { get; init; }

    /// <summary>When it got its role.</summary>
    public required UnixTime RoleSince { get; init; }

    /// <summary>When its last admin role was taken away.</summary>
    public UnixTime? AdminUntil { get; init; }

    /// <summary>Argon2id as a PHC string; null until the person has set one.</summary>
    public string? PasswordHash { get; set; }

    public UnixTime? PasswordChangedAt { get; set; }

    public required UnixTime CreatedAt { get; init; }

    /// <summary>When the first authenticator was confirmed. From then on the account gets resets, and no more invitations.</summary>
    public UnixTime? EnrolledAt { get; init; }

    public UnixTime? LastSignInAt { get; init; }

    /// <summary>The account's own date to enroll by; null when none was set for it alone.</summary>
    public UnixTime? OwnEnrollBy { get; init; }

    /// <summary>
    /// The earliest of its own date and those of its groups. After it the person counts as late; it opens and locks nothing.
    /// </summary>
    public UnixTime? EnrollBy { get; init; }

    /// <summary>When the person was last reminded.</summary>
    public UnixTime? RemindedAt { get; init; }

    /// <summary>When its first invitation was made.</summary>
    /// <remarks>
    /// This and the five below are copies that <see cref="AccountListState"/> keeps, so that lists need one table. Bulk invitations choose
    /// people by them; nothing opens or locks by them.
    /// </remarks>
    public UnixTime? InvitedAt { get; private init; }

    /// <summary>When the invitation that works now ends; null when none works.</summary>
    public UnixTime? InvitedUntil { get; private init; }

    /// <summary>The guard's value, as its bits.</summary>
    public long Held { get; private init; }

    /// <summary>The guard's value.</summary>
    public bool Closed { get; private init; }

    /// <summary>The guard's value.</summary>
    public UnixTime WaitUntil { get; private init; }

    /// <summary>Recovery codes that are saved and not used.</summary>
    public int RecoveryLeft { get; private init; }

    /// <summary>What decides, as the seal of the account covers it. The number of this form comes first.</summary>
    internal byte[] ToCanonical() => new CanonicalEncoding().Number(1)
        .Id(Id).Text(UserName).Text(Name).Text(Role.ToToken()).Number(RoleSince.Seconds).Number(AdminUntil?.Seconds)
        .Text(Mail).Text(SecondMail).Text(FormerMail).Number(MailChangedAt?.Seconds)
        .Text(FormerSecondMail).Number(SecondMailChangedAt?.Seconds)
        .Number(UntrustedSince?.Seconds).Number(ReverifiedAt?.Seconds)
        .Text(PasswordHash).Number(PasswordChangedAt?.Seconds).Number(EnrolledAt?.Seconds)
        .ToArray();
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.Property(account => account.UserName).HasMaxLength(Accounts.UserName.Longest);
        builder.Property(account => account.Mail).HasMaxLength(MailAddress.Longest);
        builder.Property(account => account.SecondMail).HasMaxLength(MailAddress.Longest);
        builder.Property(account => account.FormerMail).HasMaxLength(MailAddress.Longest);
        builder.Property(account => account.FormerSecondMail).HasMaxLength(MailAddress.Longest);
        builder.Property(account => account.Name).HasMaxLength(Account.LongestName);
        builder.Property(account => account.Role).HasMaxLength(16)
            .HasConversion(role => role.ToToken(), word => Roles.Parse(word) ?? Role.User);
        builder.HasIndex(account => account.UserName).IsUnique();
        builder.HasIndex(account => account.Mail).IsUnique();
        builder.HasIndex(account => account.FormerMail);
        builder.HasIndex(account => account.Role, "account_admins").HasFilter("role = 'admin'");
        MapLists(builder);
        builder.HasIndex(account => account.RoleSince, "account_new_roles").HasFilter("role <> 'user'");
        builder.ToTable(table => table.HasCheckConstraint("account_role_is_known", "role IN ('user', 'helpdesk', 'admin')"));
    }

    /// <summary>One index for each list, in the order of names, with all columns that the list filters by.</summary>
    /// <remarks>
    /// Of two indexes that fit equally well SQLite takes the one that was created last. They are created in the order of their names, so
    /// the widest one needs the first name.
    /// </remarks>
    private static void MapLists(EntityTypeBuilder<Account> builder)
    {
        builder.HasIndex(account => new { account.UserName, account.Held }, "account_held").HasFilter("held <> 0");
        builder.HasIndex(account => account.UserName, "account_closed").HasFilter("held = 0 AND closed");
        builder.HasIndex(account => new { account.UserName, account.WaitUntil }, "account_waiting")
            .HasFilter("held = 0 AND NOT closed AND wait_until > 0");
        builder.HasIndex(account => new { account.UserName, account.WaitUntil }, "account_enrolled")
            .HasFilter("held = 0 AND NOT closed AND enrolled_at IS NOT NULL");
        builder.HasIndex(account => account.UserName, "account_without_recovery_codes")
            .HasFilter("enrolled_at IS NOT NULL AND recovery_left = 0");
        builder.HasIndex(account => new { account.UserName, account.InvitedUntil }, "account_absent")
            .HasFilter("held = 0 AND enrolled_at IS NULL");
        builder.HasIndex(account => new { account.UserName, account.InvitedUntil }, "account_invited")
            .HasFilter("held = 0 AND enrolled_at IS NULL AND invited_until IS NOT NULL");
        builder.HasIndex(account => account.UserName, "account_never_invited")
            .HasFilter("held = 0 AND enrolled_at IS NULL AND invited_at IS NULL");
        builder.HasIndex(account => account.RemindedAt, "account_reminded")
            .HasFilter("held = 0 AND enrolled_at IS NULL AND reminded_at IS NOT NULL");
        builder.HasIndex(account => new { account.UserName, account.EnrollBy }, "account_awaited")
            .HasFilter("held = 0 AND enrolled_at IS NULL AND enroll_by IS NOT NULL");
    }
}
