namespace TwoFactor.Administration.Altered;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>
/// Raises the alarm for accounts whose rows were found wrong: an event once a minute, and a mail to the admins once a day.
/// </summary>
public sealed class AlteredAccountAlarms(
    UnitOfWork unitOfWork, AlteredAccounts altered, AdminNotifications adminNotifications, AdminMessages messages, AuditLog audit)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Takes no lock when there is nothing to report. The server runs it each second, and a command before it ends.</summary>
    public async Task RaiseAsync(Actor actor, CancellationToken cancellation)
    {
        if (altered.Unreported is { Count: > 0 } found)
        {
            await unitOfWork.RunAsync(actor, Locks.None, work => RaiseAsync(work, found), cancellation);
        }
    }

    private async Task<Committed<int>> RaiseAsync(Work work, IReadOnlyDictionary<Guid, string> found)
    {
        work.AfterCommit(() => altered.MarkReported(found));
        foreach (var (account, parts) in found)
        {
            var since = work.Now - Day;
            var isKnown = await work.Rows.Set<AuditEvent>().AnyAsync(
                row => row.AccountId == account && row.Kind == AuditKinds.AlarmAltered && row.At > since);
            await audit.TallyAsync(work, AuditKinds.AlarmAltered, account, parts);
            if (isKnown || await work.Rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == account) is not { } row)
            {
                continue;
            }

            var state = string.Equals(parts, AlteredAccounts.Counts, StringComparison.Ordinal)
                ? AlteredState.CountsHeld
                : AlteredState.Refused;
            await adminNotifications.NotifyAsync(
                work, [account], to => messages.AccountAltered(to, row.Name, row.UserName, parts, state));
        }

        return new Committed<int>(found.Count);
    }
}
