namespace TwoFactor.Mail;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>
/// A notification that was also mailed. Because a mail may not arrive, it is shown on its owner's account page until acknowledged.
/// </summary>
public sealed class Notice
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The name of one of <see cref="OwnerNotices"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The mail's subject: the fact, in a few words.</summary>
    public required string Text { get; init; }

    public required UnixTime At { get; init; }

    /// <summary>When its owner acknowledged it.</summary>
    public UnixTime? SeenAt { get; init; }
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
public sealed class Notices(TwoFactorDb database, UnitOfWork unitOfWork)
{
    /// <summary>The notices that their owner has not acknowledged, the newest first.</summary>
    public async Task<IReadOnlyList<Notice>> ListAsync(Guid account, CancellationToken cancellation) =>
        await database.Set<Notice>().AsNoTracking().Where(notice => notice.AccountId == account && notice.SeenAt == null)
            .OrderByDescending(notice => notice.At).ThenByDescending(notice => notice.Id).ToListAsync(cancellation);

    /// <summary>Forgets all of an account that is deleted.</summary>
    public static Task ForgetAllAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"DELETE FROM notice WHERE account_id={account}");
    }

    /// <summary>Acknowledges a notice. Returns false when this account has no such notice, or it was acknowledged already.</summary>
    public async Task<bool> AcknowledgeAsync(Guid account, Guid notice, Actor actor, CancellationToken waiting)
    {
        var done = await unitOfWork.RunAsync(
            actor,
            Locks.None,
            async work => new Committed<bool>(await work.ExecuteAsync(
                $"UPDATE notice SET seen_at={work.Now} WHERE id={notice} AND account_id={account} AND seen_at IS NULL") == 1),
            waiting);
        return done.Value;
    }
}
