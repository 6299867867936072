namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The first code of a pending authenticator: it makes it an active one, or is charged to the picture alone.</summary>
public sealed class EnrollmentCheck(
    TwoFactorDb database,
    Enrollments enrollments,
    CodeGuards guards,
    CodeCheck check,
    Tickets tickets,
    AuditLog audit,
    EnrollmentLimits limits,
    TimeProvider time,
    ILogger<EnrollmentCheck> log)
{
    /// <summary>Judges the confirming code in the caller's transaction. Every statement of a confirmation changes its row, or nothing of it stands.</summary>
    public async Task<EnrollmentVerdict> ConfirmAsync(Token? owner, SixDigits code, Actor actor, CancellationToken cancellation)
    {
        switch (await enrollments.FindAsync(owner, cancellation))
        {
            case EnrollmentState.Open open:
                return check.FitsPending(open.Secret, code) is { } step
                    ? await ActivateAsync(open.Pending, step, actor, cancellation)
                    : await ChargeAsync(open.Pending, alarm: false, actor, cancellation);
            case EnrollmentState.Over { Why: EnrollmentEnd.Unreadable } unreadable:
                return await ChargeAsync(unreadable.Pending, alarm: true, actor, cancellation);
            case EnrollmentState.Over over:
                return new EnrollmentVerdict.Over(over.Why);
            case EnrollmentState.KeyMissing:
                return new EnrollmentVerdict.KeyMissing();
            default:
                return new EnrollmentVerdict.Unknown();
        }
    }

    private async Task<EnrollmentVerdict> ActivateAsync(Authenticator pending, long step, Actor actor, CancellationToken cancellation)
    {
        var account = pending.AccountId;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var liftable = pending.SessionId is null ? HeldBy.Reset | HeldBy.Frozen : HeldBy.None;
        var stands = await guards.CompleteEnrollmentAsync(account, pending.Epoch, step, pending.ReplacesAll, liftable, cancellation)
            && await tickets.SpendAsync(pending.TicketId, account, pending.Epoch, cancellation)
            && await database.Database.ExecuteSqlAsync(
                $"""
                 UPDATE authenticator SET state='active', expires_at=NULL, confirmed_at={now}, last_used_at={now}
                  WHERE id={pending.Id} AND account_id={account} AND state='pending' AND expires_at>{now}
                    AND confirm_fails<{limits.WrongCodes} AND owner={pending.BrowserBinding}
                 """,
                cancellation) == 1;
        if (!stands)
        {
            return new EnrollmentVerdict.Lost();
        }

        await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.Replaced}
              WHERE account_id={account} AND id<>{pending.Id} AND (state='pending' OR ({pending.ReplacesAll}=1 AND state='active'))
             """,
            cancellation);
        audit.Record(pending.ReplacesAll ? AuditKinds.EnrollmentConfirmed : AuditKinds.AuthenticatorAdded, account, actor, pending.Number);
        return new EnrollmentVerdict.Confirmed(pending, step, pending.Epoch + 1);
    }

    private async Task<EnrollmentVerdict> ChargeAsync(Authenticator pending, bool alarm, Actor actor, CancellationToken cancellation)
    {
        var fails = (await database.Database.SqlQuery<int>(
            $"""
             UPDATE authenticator SET confirm_fails=confirm_fails+1
              WHERE id={pending.Id} AND state='pending' AND owner={pending.BrowserBinding} AND confirm_fails<{limits.WrongCodes}
              RETURNING confirm_fails AS Value
             """).ToListAsync(cancellation)).SingleOrDefault();
        audit.Record(AuditKinds.EnrollmentWrongCode, pending.AccountId, actor, fails);
        var reference = alarm ? Guid.NewGuid().ToString("N")[..8] : null;
        if (reference is not null)
        {
            audit.Record(AuditKinds.AlarmSecretUnreadable, pending.AccountId, actor, detail: reference);
            log.SecretUnreadable(pending.AccountId, reference);
        }

        if (fails > 0 && fails < limits.WrongCodes)
        {
            return new EnrollmentVerdict.Wrong(reference);
        }

        await enrollments.VoidPendingAsync(pending.AccountId, RemovalReasons.TooManyWrong, cancellation);
        return new EnrollmentVerdict.Over(EnrollmentEnd.TooManyWrong);
    }
}
