namespace TwoFactor.Authenticators.Enrollment;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The first code of a pending authenticator: it makes it an active one, or is charged to the picture alone.</summary>
public sealed class EnrollmentCheck(
    Enrollments enrollments,
    CodeGuards guards,
    CodeCheck check,
    AuditLog audit,
    EnrollmentLimits limits,
    ILogger<EnrollmentCheck> log)
{
    /// <summary>
    /// Judges the confirming code in the caller's story. Every statement of a confirmation changes its row, or nothing of it stands.
    /// </summary>
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

    private async Task<EnrollmentVerdict> ActivateAsync(Work work, Authenticator pending, long step)
    {
        var account = pending.AccountId;
        var liftable = pending.SessionId is null ? HeldBy.Reset | HeldBy.Frozen : HeldBy.None;
        var stands =
            await guards.CompleteEnrollmentAsync(account, pending.Epoch, step, pending.ReplacesAll, liftable, CancellationToken.None)
                && await Tickets.SpendAsync(work, pending.TicketId, account, pending.Epoch)
                && await work.ExecuteAsync(
                    $"""
                     UPDATE authenticator SET state='active', expires_at=NULL, confirmed_at={work.Now}, last_used_at={work.Now}
                      WHERE id={pending.Id} AND account_id={account} AND state='pending' AND expires_at>{work.Now}
                        AND confirm_fails<{limits.WrongCodes} AND owner={pending.BrowserBinding}
                        AND ({pending.ReplacesAll}=1 OR {limits.MostAuthenticators}>
                         (SELECT COUNT(*) FROM authenticator o WHERE o.account_id={account} AND o.state='active'))
                     """) == 1;
        if (!stands)
        {
            return new EnrollmentVerdict.Lost();
        }

        await work.ExecuteAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.Replaced}
              WHERE account_id={account} AND id<>{pending.Id} AND (state='pending' OR ({pending.ReplacesAll}=1 AND state='active'))
             """);
        audit.Record(
            pending.ReplacesAll ? AuditKinds.EnrollmentConfirmed : AuditKinds.AuthenticatorAdded, account, work.By, pending.Number);
        return new EnrollmentVerdict.Confirmed(pending, step, pending.Epoch + 1);
    }

    private async Task<EnrollmentVerdict> ChargeAsync(Work work, Authenticator pending, bool alarm)
    {
        var fails = await work.OneValueAsync<int>(
            $"""
             UPDATE authenticator SET confirm_fails=confirm_fails+1
              WHERE id={pending.Id} AND state='pending' AND owner={pending.BrowserBinding} AND confirm_fails<{limits.WrongCodes}
              RETURNING confirm_fails AS Value
             """) ?? 0;
        audit.Record(AuditKinds.EnrollmentWrongCode, pending.AccountId, work.By, fails);
        var reference = alarm ? Guid.NewGuid().ToString("N")[..8] : null;
        if (reference is not null)
        {
            audit.Record(AuditKinds.AlarmSecretUnreadable, pending.AccountId, work.By, detail: reference);
            log.SecretUnreadable(pending.AccountId, reference);
        }

        if (fails > 0 && fails < limits.WrongCodes)
        {
            return new EnrollmentVerdict.Wrong(reference);
        }

        await enrollments.VoidPendingAsync(pending.AccountId, RemovalReasons.TooManyWrong, CancellationToken.None);
        return new EnrollmentVerdict.Over(EnrollmentEnd.TooManyWrong);
    }
}
