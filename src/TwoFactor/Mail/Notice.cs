namespace TwoFactor.Mail;

using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>What was also told by mail, and stands on its owner's account page until acknowledged: mail may not arrive.</summary>
public sealed class Notice
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>One of <see cref="MailKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The letter's subject: the fact, in a few words.</summary>
    public required string Text { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long At { get; init; }

    /// <summary>When its owner acknowledged it, in Unix seconds.</summary>
    public long? SeenAt { get; init; }
}

internal sealed class NoticeMapping : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.Property(notice => notice.Id).ValueGeneratedNever();
        builder.Property(notice => notice.Kind).HasMaxLength(32);
        builder.Property(notice => notice.Text).HasMaxLength(128);
        builder.HasIndex(notice => new { notice.AccountId, notice.SeenAt });
    }
}

/// <summary>The notices of an account.</summary>
public sealed class Notices(TwoFactorDb database, TimeProvider time)
{
    /// <summary>The letters that tell of a change. Those that carry a proof are none: what they say stands elsewhere.</summary>
    internal static readonly FrozenSet<string> Kinds = FrozenSet.Create(
        StringComparer.Ordinal, MailKinds.NewAuthenticator, MailKinds.AuthenticatorRemoved, MailKinds.PasswordChanged, MailKinds.WrongCodes,
        MailKinds.SwitchedOff, MailKinds.ResetStopped, MailKinds.ResetStarted, MailKinds.RecoveryCodeUsed, MailKinds.NewRecoveryCodes,
        MailKinds.AddressChanged, MailKinds.PassGiven, MailKinds.PassUsed, MailKinds.HelpAsked, MailKinds.RoleChanged);

    /// <summary>What its owner has not acknowledged, the newest first.</summary>
    public async Task<IReadOnlyList<Notice>> ListAsync(Guid account, CancellationToken cancellation) =>
        await database.Set<Notice>().AsNoTracking().Where(notice => notice.AccountId == account && notice.SeenAt == null)
            .OrderByDescending(notice => notice.At).ThenByDescending(notice => notice.Id).ToListAsync(cancellation);

    /// <summary>False: there is no such notice of this account, or it was acknowledged already.</summary>
    public async Task<bool> AcknowledgeAsync(Guid account, Guid notice, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return await database.Database.ExecuteSqlAsync(
            $"UPDATE notice SET seen_at={now} WHERE id={notice} AND account_id={account} AND seen_at IS NULL", cancellation) == 1;
    }
}
