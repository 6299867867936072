namespace TwoFactor.Administration.Altered;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>The answer to the console when it accepts an altered account.</summary>
public abstract record RewriteOutcome : IOutcome
{
    private RewriteOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Rewritten() : RewriteOutcome(commits: true);

    /// <summary>All rows of the account are right.</summary>
    public sealed record NotAltered() : RewriteOutcome(commits: false);

    /// <summary>The account has no guard any more: only a backup helps.</summary>
    public sealed record NoGuard() : RewriteOutcome(commits: false);
}

/// <summary>
/// The one way to use an account again that somebody changed in the database: whoever looks after the server has seen what stands there,
/// and accepts it. Everything that was given out before ends.
/// </summary>
public sealed class AccountRewriting(
    UnitOfWork unitOfWork,
    AccountSeals seals,
    CodeGuards guards,
    AdminNotifications adminNotifications,
    AdminMessages messages,
    AuditLog audit)
{
    /// <summary>What does not fit.</summary>
    public Task<IReadOnlyList<SealedPart>> MisfitsAsync(Guid account, CancellationToken cancellation) =>
        seals.FindMisfitsAsync(account, cancellation);

    public Task<RewriteOutcome> RewriteAsync(Guid account, CancellationToken cancellation) =>
        unitOfWork.RunAsync(Actor.Console, Locks.Of(account), work => RewriteAsync(work, account), cancellation);

    private async Task<RewriteOutcome> RewriteAsync(Work work, Guid id)
    {
        if (await work.Rows.Set<CodeGuard>().AsNoTracking().SingleOrDefaultAsync(row => row.AccountId == id) is not { } guard)
        {
            return new RewriteOutcome.NoGuard();
        }

        var misfits = await seals.MisfitsAsync(work.Rows, id, CancellationToken.None);
        if (misfits.Count == 0)
        {
            return new RewriteOutcome.NotAltered();
        }

        await seals.OpenAlteredAsync(work, guard);
        await guards.RaiseEpochAsync(work, id);
        var parts = string.Join(", ", misfits.Select(part => part.ToToken()));
        audit.Record(work, AuditKinds.AccountRewritten, id, detail: parts);
        var account = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == id);
        await adminNotifications.NotifyAsync(
            work, [id], to => messages.AccountAltered(to, account.Name, account.UserName, parts, AlteredState.Accepted));
        return new RewriteOutcome.Rewritten();
    }
}
