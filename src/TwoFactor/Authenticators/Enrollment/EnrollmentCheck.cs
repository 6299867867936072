namespace TwoFactor.Authenticators.Enrollment;

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Judges the first code of a pending authenticator. A right one makes it an active one; a wrong one is charged to this enrollment only.
/// </summary>
public sealed class EnrollmentCheck(
    Enrollments enrollments,
    CodeCheck check,
    CodeGuards guards,
    AuditLog audit,
    EnrollmentLimits limits,
    ILogger<EnrollmentCheck> log)
{
    /// <summary>
    /// Judges the confirming code in the caller's story. A confirmation changes guard, ticket and authenticator, or is rolled back.
    /// </summary>
    /// <param name="owner">The token in the browser's enrollment cookie.</param>
    public async Task<EnrollmentVerdict> ConfirmAsync(Work work, Token? owner, SixDigits code)
    {
        ArgumentNullException.ThrowIfNull(work);
        switch (await enrollments.FindAsync(owner, CancellationToken.None))
        {
            case EnrollmentState.Open open:
                return check.FitsPending(open.Secret, code, work.Now) is { } step
                    ? await ActivateAsync(work, open.Pending, step)
                    : await ChargeAsync(work, open.Pending, alarm: false);
            case EnrollmentState.Over { Why: EnrollmentEnd.Unreadable } unreadable:
                return await ChargeAsync(work, unreadable.Pending, alarm: true);
            case EnrollmentState.Over over:
                return new EnrollmentVerdict.Over(over.Why);
            case EnrollmentState.KeyMissing:
                return new EnrollmentVerdict.KeyMissing();
            default:
                return new EnrollmentVerdict.Unknown();
        }
    }

    private async Task<EnrollmentVerdict> ActivateAsync(Work work, Authenticator pending, TimeStep step)
    {
        var account = pending.AccountId;
        var liftable = pending.SessionId is null ? HeldBy.Reset | HeldBy.Frozen : HeldBy.None;
        var isOpen = await guards.CompleteEnrollmentAsync(work, account, pending.Epoch, step, pending.ReplacesAll, liftable)
            && await Tickets.SpendAsync(work, pending.TicketId, account, pending.Epoch);
        if (!isOpen)
        {
            return new EnrollmentVerdict.Lost();
        }

        // Those that it replaces go first: their names are free from then on.
        await work.ExecuteAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.Replaced}
              WHERE account_id={account} AND id<>{pending.Id} AND (state='pending' OR ({pending.ReplacesAll}=1 AND state='active'))
             """);
        var label = await FreeLabelAsync(work, pending);
        var isActive = await work.ExecuteAsync(
            $"""
             UPDATE authenticator SET state='active', expires_at=NULL, confirmed_at={work.Now}, last_used_at={work.Now},
              label={label}, folded_label={Authenticator.Fold(label)}
              WHERE id={pending.Id} AND account_id={account} AND state='pending' AND expires_at>{work.Now}
                AND confirm_fails<{limits.WrongCodes} AND owner={pending.BrowserBinding}
                AND {limits.MostAuthenticators}>(SELECT COUNT(*) FROM authenticator o WHERE o.account_id={account} AND o.state='active')
                AND NOT EXISTS (SELECT 1 FROM authenticator o
                 WHERE o.account_id={account} AND o.state='active' AND o.folded_label={Authenticator.Fold(label)})
             """) == 1;
        if (!isActive)
        {
            return new EnrollmentVerdict.Lost();
        }

        audit.Record(
            work, pending.ReplacesAll ? AuditKinds.EnrollmentConfirmed : AuditKinds.AuthenticatorAdded, account, pending.Number);
        return new EnrollmentVerdict.Confirmed(pending, label, step, pending.Epoch.Next());
    }

    /// <summary>Its label, with a number after it if the owner gave the same one to another authenticator.</summary>
    private static async Task<string> FreeLabelAsync(Work work, Authenticator pending)
    {
        var taken = await Authenticator.ActiveOf(work.Rows, pending.AccountId).Select(row => row.FoldedLabel)
            .ToListAsync(CancellationToken.None);
        var label = pending.Label;
        for (var next = 2; taken.Contains(Authenticator.Fold(label), StringComparer.Ordinal); next++)
        {
            label = string.Create(CultureInfo.InvariantCulture, $"{pending.Label} ({next})");
        }

        return label;
    }

    private async Task<EnrollmentVerdict> ChargeAsync(Work work, Authenticator pending, bool alarm)
    {
        var fails = await work.OneValueAsync<int>(
            $"""
             UPDATE authenticator SET confirm_fails=confirm_fails+1
              WHERE id={pending.Id} AND state='pending' AND owner={pending.BrowserBinding} AND confirm_fails<{limits.WrongCodes}
              RETURNING confirm_fails AS Value
             """) ?? 0;
        audit.Record(work, AuditKinds.EnrollmentWrongCode, pending.AccountId, fails);
        var reference = alarm ? Guid.NewGuid().ToString("N")[..8] : null;
        if (reference is not null)
        {
            audit.Record(work, AuditKinds.AlarmSecretUnreadable, pending.AccountId, detail: reference);
            log.SecretUnreadable(pending.AccountId, reference);
        }

        if (fails > 0 && fails < limits.WrongCodes)
        {
            return new EnrollmentVerdict.Wrong(reference);
        }

        await Enrollments.VoidPendingAsync(work, pending.AccountId, RemovalReasons.TooManyWrong);
        return new EnrollmentVerdict.Over(EnrollmentEnd.TooManyWrong);
    }
}
