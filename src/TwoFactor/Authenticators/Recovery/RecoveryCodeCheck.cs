namespace TwoFactor.Authenticators.Recovery;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// The only place that judges a recovery code, for every pathway that takes one. It decides inside the caller's story, which commits unless
/// the verdict's <see cref="RecoveryVerdict.Commits"/> is false.
/// </summary>
public sealed class RecoveryCodeCheck(
    CodeGuards guards, AuthenticatorSecrets secrets, Tickets tickets, AuditLog audit)
{
    /// <summary>Judges a typed code against the account's one valid set: guard first, then the code.</summary>
    /// <param name="epoch">The epoch of the pending sign-in that asks.</param>
    public async Task<RecoveryVerdict> JudgeAsync(Work work, Guid account, Epoch epoch, TypedRecoveryCode typed)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(typed);
        if (!secrets.CanJudge)
        {
            return new RecoveryVerdict.KeyMissing();
        }

        var guard = await guards.OfAsync(work, account);
        if (!await CodeGuards.LockForRecoveryAsync(work, account, epoch, HeldBy.None))
        {
            return await RefusalAsync(work, guard, epoch);
        }

        if (!typed.IsWhole)
        {
            // Its check character shows a typing error: it is answered as wrong, but it is no guess and is not charged.
            return new RecoveryVerdict.Wrong();
        }

        var consumed = await work.ExecuteAsync(
            $"""
             UPDATE recovery_code SET used_at={work.Now}
              WHERE account_id={account} AND set_id={typed.Set} AND hash={typed.Hash} AND used_at IS NULL
             """);
        if (consumed != 1)
        {
            if (await JudgePassAsync(work, guard, typed) is { } pass)
            {
                return pass;
            }

            await guards.ChargeRecoveryAsync(work, account);
            audit.Record(work, AuditKinds.RecoveryCodeWrong, account);
            return await work.Rows.Set<StoredRecoveryCode>().AnyAsync(
                code => code.SetId == typed.Set && code.Hash == typed.Hash && code.AccountId == account, CancellationToken.None)
                ? new RecoveryVerdict.Used()
                : new RecoveryVerdict.Wrong();
        }

        await CodeGuards.ClearRecoveryAsync(work, account);
        var left = await work.Rows.Set<StoredRecoveryCode>()
            .CountAsync(code => code.SetId == typed.Set && code.UsedAt == null, CancellationToken.None);
        await AccountListState.CopyRecoveryAsync(work, account, left);
        audit.Record(work, AuditKinds.RecoveryCodeUsed, account, left);
        return new RecoveryVerdict.Accepted(left, guard.Closed, guard.LastStep);
    }

    /// <summary>
    /// Judges the code as a pass. A pass of this account is never charged as a guess, even when it is over, because nobody guesses 75
    /// random bits. Returns null when it is no pass of this account.
    /// </summary>
    private async Task<RecoveryVerdict?> JudgePassAsync(Work work, CodeGuard guard, TypedRecoveryCode typed)
    {
        var account = guard.AccountId;
        switch (await tickets.FindAsync(work, typed.Pass, TicketKinds.Pass))
        {
            case TicketState.Valid(var ticket) when ticket.AccountId == account && ticket.Epoch == guard.Epoch:
                if (guard.Closed)
                {
                    return new RecoveryVerdict.PassWhileClosed();
                }

                if (!await Tickets.SpendAsync(work, ticket.Id, account, guard.Epoch))
                {
                    return new RecoveryVerdict.PassOver(work.Now.ToDateTimeOffset(), WasUsed: true);
                }

                audit.Record(work, AuditKinds.PassUsed, account);
                return new RecoveryVerdict.PassAccepted(guard.LastStep);
            case TicketState.Valid(var ticket) when ticket.AccountId == account:
                return new RecoveryVerdict.PassOver(work.Now.ToDateTimeOffset(), WasUsed: false);
            case TicketState.Over(var ticket) when ticket.AccountId == account:
                return new RecoveryVerdict.PassOver(
                    (ticket.UsedAt ?? ticket.ExpiresAt).ToDateTimeOffset(), ticket.EndedBecause is TicketEnds.Used);
            default:
                return null;
        }
    }

    private async Task<RecoveryVerdict> RefusalAsync(Work work, CodeGuard guard, Epoch epoch)
    {
        switch (guard)
        {
            case var _ when guard.Epoch != epoch:
                return new RecoveryVerdict.StartAgain();
            case { Held: not HeldBy.None }:
                await audit.TallyAsync(work, AuditKinds.CodeHeld, guard.AccountId);
                return new RecoveryVerdict.Held(guard.Held);
            case var _ when guard.RecoveryUntil > work.Now:
                await audit.TallyAsync(work, AuditKinds.RecoveryCodeResting, guard.AccountId);
                return new RecoveryVerdict.Resting(guard.RecoveryUntil.ToDateTimeOffset());
            default:
                return new RecoveryVerdict.Busy();
        }
    }
}
