namespace TwoFactor.Authenticators;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>The one door for every pathway that takes a code. It decides inside the caller's transaction, which commits whatever the verdict.</summary>
public sealed class CodeCheck(
    TwoFactorDb database,
    CodeGuards guards,
    AuthenticatorSecrets secrets,
    OwnerNotifications notifications,
    AuditLog audit,
    CodeLimits limits,
    TimeProvider time,
    ILogger<CodeCheck> log)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Judges a code against every active authenticator of an account; the account's guard alone is charged.</summary>
    /// <param name="epoch">That of the pending sign-in or session which asks.</param>
    /// <param name="allow">The held bit that this pathway may lift.</param>
    public async Task<CodeVerdict> JudgeAsync(
        Guid account, long epoch, SixDigits code, HeldBy allow, Actor actor, CancellationToken cancellation)
    {
        if (!secrets.CanJudge)
        {
            return new CodeVerdict.KeyMissing();
        }

        if (await RefusalAsync(account, epoch, allow, cancellation) is { } early)
        {
            await RecordRefusalAsync(account, early, actor, cancellation);
            return early;
        }

        var match = await MatchAsync(account, code, cancellation);
        if (match.KeyMissing)
        {
            return new CodeVerdict.KeyMissing();
        }

        var verdict = match.Best is { } best
            ? await SpendAsync(account, epoch, best, allow, cancellation)
            : await ChargeAsync(account, epoch, match, allow, actor, cancellation);
        await RecordRefusalAsync(account, verdict, actor, cancellation);
        return verdict;
    }

    /// <summary>Which step of a pending secret fits; null: none. The guard is not asked, for it knows nothing of the new secret.</summary>
    internal long? FitsPending(TotpSecret secret, SixDigits code)
    {
        var steps = TotpCode.MatchingSteps(secret, code, time.GetUtcNow(), limits.WindowSteps, limits.WindowSteps);
        return steps.Count > 0 ? steps[0] : null;
    }

    private async Task<CodeVerdict> SpendAsync(Guid account, long epoch, Hit hit, HeldBy allow, CancellationToken cancellation)
    {
        if (await guards.AcceptAsync(account, epoch, hit.Step, allow, cancellation))
        {
            var now = Now;
            await database.Database.ExecuteSqlAsync($"UPDATE authenticator SET last_used_at={now} WHERE id={hit.Authenticator}", cancellation);
            return new CodeVerdict.Accepted(hit.Authenticator, hit.Step);
        }

        return await RefusalAsync(account, epoch, allow, cancellation)
            ?? await SpentOrBusyAsync(account, hit.Step, cancellation);
    }

    private async Task<CodeVerdict> SpentOrBusyAsync(Guid account, long step, CancellationToken cancellation) =>
        (await guards.ReadAsync(account, cancellation)).LastStep >= step ? new CodeVerdict.Spent() : new CodeVerdict.Busy();

    private async Task<CodeVerdict> ChargeAsync(
        Guid account, long epoch, Match match, HeldBy allow, Actor actor, CancellationToken cancellation)
    {
        var lastStep = (await guards.ReadAsync(account, cancellation)).LastStep;
        if (await guards.ChargeAsync(account, epoch, allow, cancellation) is not { } charged)
        {
            return await RefusalAsync(account, epoch, allow, cancellation) ?? new CodeVerdict.Busy();
        }

        audit.Record(AuditKinds.CodeWrong, account, actor, match.Offset);
        if (charged.Closed)
        {
            audit.Record(AuditKinds.GuardClosed, account, actor, charged.Fails);
            await NotifyOwnerAsync(account, actor, (messages, context) => messages.SwitchedOff(context), cancellation);
        }
        else if (charged.WaitUntil > 0)
        {
            audit.Record(AuditKinds.GuardWaiting, account, actor, charged.Fails);
            if (charged.Fails == limits.FreeWrongCodes)
            {
                await NotifyOwnerAsync(account, actor, (messages, context) => messages.WrongCodes(context, charged.Fails), cancellation);
            }
        }

        if (match.AlarmReference is { } reference)
        {
            audit.Record(AuditKinds.AlarmSecretUnreadable, account, actor, detail: reference);
            log.SecretUnreadable(account, reference);
        }

        return new CodeVerdict.Wrong(
            SlowBy(match.Offset, lastStep),
            match.AlarmReference,
            charged.WaitUntil > 0 ? DateTimeOffset.FromUnixTimeSeconds(charged.WaitUntil) : null,
            charged.Closed);
    }

    /// <summary>The owner is the best detector: told at the first wait and at the closing, in the transaction that charges.</summary>
    private async Task NotifyOwnerAsync(Guid account, Actor actor, Func<MailMessages, NotificationContext, MailMessage> write, CancellationToken cancellation)
    {
        var owner = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);
        notifications.Notify(owner, TicketKinds.NotMeWrongCodes, actor, write);
    }

    /// <summary>How slow the phone's clock is: only told where the code was never used and lies beyond the window.</summary>
    private TimeSpan? SlowBy(long? offset, long lastStep)
    {
        const int toldFrom = 3;
        return offset is <= -toldFrom and { } back && TotpCode.StepAt(time.GetUtcNow()) + back > lastStep
            ? TimeSpan.FromSeconds(-back * TotpCode.Period)
            : null;
    }

    /// <summary>The first refusal that holds, in the order that every pathway keeps: start again, held, closed, waiting.</summary>
    private async Task<CodeVerdict?> RefusalAsync(Guid account, long epoch, HeldBy allow, CancellationToken cancellation)
    {
        var guard = await guards.ReadAsync(account, cancellation);
        var held = guard.Held & ~allow;
        return guard switch
        {
            _ when guard.Epoch != epoch => new CodeVerdict.StartAgain(),
            _ when held != HeldBy.None => new CodeVerdict.Held(held),
            { Closed: true } => new CodeVerdict.Closed(),
            _ when guard.WaitUntil > time.GetUtcNow().ToUnixTimeSeconds() =>
                new CodeVerdict.Waiting(DateTimeOffset.FromUnixTimeSeconds(guard.WaitUntil)),
            _ => null,
        };
    }

    private Task RecordRefusalAsync(Guid account, CodeVerdict verdict, Actor actor, CancellationToken cancellation)
    {
        switch (verdict)
        {
            case CodeVerdict.Waiting:
                return audit.TallyAsync(AuditKinds.CodeWaiting, account, actor, cancellation);
            case CodeVerdict.Closed:
                return audit.TallyAsync(AuditKinds.CodeClosed, account, actor, cancellation);
            case CodeVerdict.Held:
                return audit.TallyAsync(AuditKinds.CodeHeld, account, actor, cancellation);
            case CodeVerdict.Spent:
                audit.Record(AuditKinds.CodeSpent, account, actor);
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private async Task<Match> MatchAsync(Guid account, SixDigits code, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var active = await database.Set<Authenticator>().AsNoTracking()
            .Where(authenticator => authenticator.AccountId == account && authenticator.State == AuthenticatorStates.Active)
            .ToListAsync(cancellation);
        var match = new Match(null, null, null, KeyMissing: false);
        foreach (var authenticator in active)
        {
            switch (secrets.Open(authenticator))
            {
                case Unprotected.KeyMissing:
                    return match with { KeyMissing = true };
                case Unprotected.Tampered:
                    match = match with { AlarmReference = Reference() };
                    break;
                case Unprotected.Plain plain:
                    match = Compare(match, authenticator.Id, new TotpSecret(plain.Bytes), code, now);
                    break;
            }
        }

        return match;
    }

    private Match Compare(Match match, Guid authenticator, TotpSecret secret, SixDigits code, DateTimeOffset now)
    {
        // All steps of the private look are always computed: the window is a part of them, so a right code takes as long as a wrong one.
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

    private sealed record Hit(Guid Authenticator, long Step);

    private sealed record Match(Hit? Best, long? Offset, string? AlarmReference, bool KeyMissing);
}
