namespace TwoFactor.Authenticators.Recovery;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// The only place that judges a recovery code, for every pathway that takes one. It decides inside the caller's story, which commits unless
/// the verdict's <see cref="RecoveryVerdict.Commits"/> is false.
/// </summary>
public sealed class RecoveryCodeCheck(
    CodeGuards guards, AccountSeals seals, AuthenticatorSecrets secrets, Tickets tickets, CodeLimits limits, AuditLog audit)
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
        var factors = await FactorSet.ReadAsync(work.Rows, account, CancellationToken.None);
        if (!await seals.IsRightAsync(work, guard, factors))
        {
            await audit.TallyAsync(work, AuditKinds.CodeHeld, account);
            return new RecoveryVerdict.Held(HeldBy.Disabled);
        }

        if (!await RecoveryGuards.LockAsync(work, account, epoch, HeldBy.None))
        {
            return await RefusalAsync(work, guard, epoch);
        }

        if (!typed.IsWhole)
        {
            // Its check character shows a typing error: it is answered as wrong, but it is no guess and is not charged.
            return new RecoveryVerdict.Wrong();
        }

        if (!factors.HasUnused(typed.Set, typed.Hash) || !await ConsumeAsync(work, guard, typed))
        {
            if (await JudgePassAsync(work, guard, typed) is { } pass)
            {
                return pass;
            }

            await RecoveryGuards.ChargeAsync(work, account, limits);
            audit.Record(work, AuditKinds.RecoveryCodeWrong, account);
            return await work.Rows.Set<StoredRecoveryCode>().AnyAsync(
                code => code.SetId == typed.Set && code.Hash == typed.Hash && code.AccountId == account, CancellationToken.None)
                ? new RecoveryVerdict.Used()
                : new RecoveryVerdict.Wrong();
        }

        await RecoveryGuards.ClearAsync(work, account);
        var left = await work.Rows.Set<StoredRecoveryCode>()
            .CountAsync(code => code.SetId == typed.Set && code.UsedAt == null, CancellationToken.None);
        await AccountListState.CopyRecoveryAsync(work, account, left);
        audit.Record(work, AuditKinds.RecoveryCodeUsed, account, left);
        return new RecoveryVerdict.Accepted(left, guard.Closed, guard.LastStep);
    }

    /// <summary>Whether the code was not used before: the statement decides. What is sealed changes.</summary>
    /// <exception cref="AlteredAccountException">Something else of the account was changed in the database.</exception>
    private async Task<bool> ConsumeAsync(Work work, CodeGuard guard, TypedRecoveryCode typed)
    {
        await guards.RequireOpenAsync(work, guard.AccountId);
        if (await work.ExecuteAsync(
            $"""
             UPDATE recovery_code SET used_at={work.Now}
              WHERE account_id={guard.AccountId} AND set_id={typed.Set} AND hash={typed.Hash} AND used_at IS NULL
             """) != 1)
        {
            return false;
        }

        work.Revisions.NoteChange(guard.AccountId);
        return true;
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

                if (!await seals.IsRightAsync(work, account))
                {
                    return new RecoveryVerdict.Held(HeldBy.Disabled);
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
