namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>
/// The only place that judges a code, for every pathway that takes one. It decides inside the caller's story, which commits unless the
/// verdict's <see cref="CodeVerdict.Commits"/> is false.
/// </summary>
public sealed class CodeCheck(
    CodeGuards guards,
    AccountSeals seals,
    AuthenticatorSecrets secrets,
    WrongCodes wrongCodes,
    OwnerNotifications notifications,
    AuditLog audit,
    CodeLimits limits,
    ILogger<CodeCheck> log)
{
    /// <summary>
    /// Judges a code against every active authenticator of an account. A wrong one is charged to the account's guard, which the story has
    /// locked.
    /// </summary>
    /// <param name="epoch">The epoch of the pending sign-in or session that asks.</param>
    /// <param name="allow">The held bit that this pathway may lift.</param>
    public async Task<CodeVerdict> JudgeAsync(Work work, Guid account, Epoch epoch, SixDigits code, HeldBy allow)
    {
        if (!secrets.CanJudge)
        {
            return new CodeVerdict.KeyMissing();
        }

        var guard = await guards.OfAsync(work, account);
        var verdict = Refusal(guard, epoch, allow, work.Now) ?? await CompareAsync(work, guard, code, allow);
        await RecordRefusalAsync(work, account, verdict);
        return verdict;
    }

    /// <summary>
    /// The step at which a code fits a pending secret; null when there is none. The guard takes no part, because a pending secret has a
    /// count of its own.
    /// </summary>
    internal TimeStep? FitsPending(TotpSecret secret, SixDigits code, UnixTime now)
    {
        var steps = TotpCode.MatchingSteps(secret, code, now, limits.WindowSteps, limits.WindowSteps);
        return steps.Count > 0 ? steps[0] : null;
    }

    private async Task<CodeVerdict> CompareAsync(Work work, CodeGuard guard, SixDigits code, HeldBy allow)
    {
        if (wrongCodes.AreTooMany(guard.AccountId))
        {
            // Charged without a comparison. Once a charge was committed, codes are compared again.
            return await ChargeAsync(work, guard, new Comparison(null, null, null, KeyMissing: false), allow) is CodeVerdict.Wrong
                ? new CodeVerdict.Busy(IsCharged: true)
                : new CodeVerdict.Busy();
        }

        var factors = await FactorSet.ReadAsync(work.Rows, guard.AccountId, CancellationToken.None);
        if (!await seals.IsRightAsync(work, guard, factors))
        {
            return new CodeVerdict.Held(HeldBy.Disabled);
        }

        var match = Match(factors, guard.AccountId, code, work.Now);
        if (match.KeyMissing)
        {
            return new CodeVerdict.KeyMissing();
        }

        return match.Best is { } best
            ? await SpendAsync(work, guard, best, allow)
            : await ChargeAsync(work, guard, match, allow);
    }

    private async Task<CodeVerdict> SpendAsync(Work work, CodeGuard guard, Hit hit, HeldBy allow)
    {
        if (!await guards.AcceptAsync(work, guard.AccountId, guard.Epoch, guard.Rev, hit.Step, allow))
        {
            return guard.LastStep >= hit.Step ? new CodeVerdict.Spent() : new CodeVerdict.Busy();
        }

        wrongCodes.ForgetAfter(work, guard.AccountId);
        await work.ExecuteAsync($"UPDATE authenticator SET last_used_at={work.Now} WHERE id={hit.Authenticator}");
        return new CodeVerdict.Accepted(hit.Authenticator, hit.Step);
    }

    private async Task<CodeVerdict> ChargeAsync(Work work, CodeGuard guard, Comparison match, HeldBy allow)
    {
        var account = guard.AccountId;
        wrongCodes.Remember(work, account);
        if (await guards.ChargeAsync(work, guard, allow) is not { } charged)
        {
            return new CodeVerdict.Busy();
        }

        audit.RecordWrongCode(work, account, match.Offset, charged.Count, charged.Since);
        if (charged.Closed)
        {
            audit.Record(work, AuditKinds.GuardClosed, account, charged.Fails);
            await NotifyOwnerAsync(work, guard, OwnerNotices.SwitchedOff, NoDetails.Value);
        }
        else if (charged.WaitUntil != UnixTime.Unset)
        {
            audit.Record(work, AuditKinds.GuardWaiting, account, charged.Fails);
            if (charged.Fails == limits.FreeWrongCodes)
            {
                await NotifyOwnerAsync(work, guard, OwnerNotices.WrongCodes, charged.Fails);
            }
        }

        if (match.AlarmReference is { } reference)
        {
            audit.Record(work, AuditKinds.AlarmSecretUnreadable, account, detail: reference);
            log.SecretUnreadable(account, reference);
        }

        return new CodeVerdict.Wrong(
            SlowBy(match.Offset, guard.LastStep, work.Now),
            match.AlarmReference,
            charged.WaitUntil != UnixTime.Unset ? charged.WaitUntil.ToDateTimeOffset() : null,
            charged.Closed);
    }

    /// <summary>
    /// Notifies the owner, who can best detect an attack: at the first wait and when the guard closes, in the story that charges the code.
    /// </summary>
    private async Task NotifyOwnerAsync<T>(Work work, CodeGuard before, OwnerNotice<T> notice, T details)
    {
        var owner = await work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == before.AccountId, CancellationToken.None);
        if (await seals.IsRightAsync(work, before, owner))
        {
            notifications.Notify(work, owner, notice, details);
        }
    }

    /// <summary>How slow the phone's clock is; null unless the code lies beyond the window and was never used.</summary>
    private static TimeSpan? SlowBy(long? offset, TimeStep lastStep, UnixTime now)
    {
        const int toldFrom = 3;
        return offset is <= -toldFrom and { } back && TotpCode.StepAt(now) + back > lastStep
            ? -back * TotpCode.Period
            : null;
    }

    /// <summary>
    /// The first refusal that applies, in the order that every pathway keeps: start again, held, closed, waiting. Null when there is none.
    /// </summary>
    private static CodeVerdict? Refusal(CodeGuard guard, Epoch epoch, HeldBy allow, UnixTime now)
    {
        var held = guard.Held & ~allow;
        return guard switch
        {
            _ when guard.Epoch != epoch => new CodeVerdict.StartAgain(),
            _ when held != HeldBy.None => new CodeVerdict.Held(held),
            { Closed: true } => new CodeVerdict.Closed(),
            _ when guard.WaitUntil > now => new CodeVerdict.Waiting(guard.WaitUntil.ToDateTimeOffset()),
            _ => null,
        };
    }

    private Task RecordRefusalAsync(Work work, Guid account, CodeVerdict verdict)
    {
        switch (verdict)
        {
            case CodeVerdict.Waiting:
                return audit.TallyAsync(work, AuditKinds.CodeWaiting, account);
            case CodeVerdict.Closed:
                return audit.TallyAsync(work, AuditKinds.CodeClosed, account);
            case CodeVerdict.Held:
                return audit.TallyAsync(work, AuditKinds.CodeHeld, account);
            case CodeVerdict.Spent:
                audit.Record(work, AuditKinds.CodeSpent, account);
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private Comparison Match(FactorSet factors, Guid account, SixDigits code, UnixTime now)
    {
        var match = new Comparison(null, null, null, KeyMissing: false);
        foreach (var (id, secret) in factors.Authenticators)
        {
            switch (secrets.Open(account, id, secret))
            {
                case Unprotected.KeyMissing:
                    return match with { KeyMissing = true };
                case Unprotected.Tampered:
                    match = match with { AlarmReference = Reference() };
                    break;
                case Unprotected.Plain plain:
                    match = Compare(match, id, new TotpSecret(plain.Bytes), code, now);
                    break;
            }
        }

        return match;
    }

    private Comparison Compare(Comparison match, Guid authenticator, TotpSecret secret, SixDigits code, UnixTime now)
    {
        // All steps of the wider search are always computed. They include the window, so a right code takes as long as a wrong one.
        var current = TotpCode.StepAt(now);
        var steps = TotpCode.MatchingSteps(secret, code, now, limits.PrivateLookSteps, limits.PrivateLookSteps);
        var inWindow = steps.Where(step => Math.Abs(step - current) <= limits.WindowSteps).ToList();
        if (inWindow.Count > 0 && (match.Best is null || inWindow[0] > match.Best.Step))
        {
            return match with { Best = new Hit(authenticator, inWindow[0]) };
        }

        return match.Offset is null && steps.Count > 0 ? match with { Offset = steps[0] - current } : match;
    }

    private static string Reference() => Guid.NewGuid().ToString("N")[..8];

    private sealed record Hit(Guid Authenticator, TimeStep Step);

    private sealed record Comparison(Hit? Best, long? Offset, string? AlarmReference, bool KeyMissing);
}
