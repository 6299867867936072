namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The procedure for a lost phone: it holds the account, deletes nothing, and the ticket reaches only the owner.</summary>
public sealed class Resets(
    TwoFactorDb database,
    CodeCheck check,
    CodeGuards guards,
    Tickets tickets,
    Letters letters,
    OwnerMail mail,
    Outbox outbox,
    Verifier verifier,
    CautionLimits caution,
    AuditLog audit,
    TimeProvider time)
{
    /// <summary>An agent asks. The rank is judged first, then what stands against a reset by one agent alone, then the form, then the agent's own code; what the code decides is kept whatever follows.</summary>
    public Task<ResetOutcome> ApproveAsync(SignedIn agent, ResetRequest request, Origin origin, CancellationToken cancellation)
    {
        var by = origin with { By = ActorKind.Agent, Actor = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                var target = await FindAsync(request.Target, cancellation);
                return await RefusalAsync(agent, target, by, cancellation)
                    ?? request.Missing(agent.Account.Role, isInDoubt: DoubtOf(target!) != Doubt.None)
                    ?? await JudgeAsync(agent, request, by, cancellation);
            },
            keep: outcome => outcome is not ResetOutcome.CodeRefused { Verdict: CodeVerdict.KeyMissing or CodeVerdict.Busy },
            cancellation);
    }

    /// <summary>The console is the last way back: it resets everybody, the last admin too, prints the ticket, and tells the owner and all other admins.</summary>
    public Task<ResetOutcome> ApproveByConsoleAsync(Guid target, string? reason, CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                var account = await FindAsync(target, cancellation);
                if (account is not { EnrolledAt: not null })
                {
                    return account is null ? new ResetOutcome.NoSuchAccount() : new ResetOutcome.NotEnrolledYet();
                }

                var guard = await guards.ReadAsync(target, cancellation);
                var facts = new ResetFacts("an operator of this server", reason, null, time.GetUtcNow().ToUnixTimeSeconds());
                var outcome = await HoldAsync(account, guard.Epoch, facts, Delivery.HandOver, Origin.Console, cancellation);
                if (outcome is ResetOutcome.HandOver)
                {
                    await TellAdminsAsync(account, facts, cancellation);
                }

                return outcome;
            },
            cancellation);

    /// <summary>The console stops an open reset. A freeze stays. False: none was open.</summary>
    public Task<bool> CancelByConsoleAsync(Guid target, CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                var guard = await guards.ReadAsync(target, cancellation);
                var cancelled = await guards.CancelResetAsync(target, guard.Epoch, cancellation);
                if (cancelled)
                {
                    await tickets.EndAsync(target, TicketEnds.Stopped, cancellation, TicketKinds.Reset);
                    audit.Record(AuditKinds.ResetCancelled, target, Origin.Console);
                }

                return cancelled;
            },
            cancellation);

    /// <summary>What the target is to whoever would reset it: doubted, a ticket of its is never mailed.</summary>
    public Doubt DoubtOf(Account target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Doubts.At(time.GetUtcNow().ToUnixTimeSeconds(), target.DoubtedAt, target.TrustedAt, caution);
    }

    /// <summary>Whether a reset takes a second person. Only where there is nobody else, and the time of caution is over, may an admin do it alone, and hands the ticket over. Null: it takes none.</summary>
    public async Task<ResetOutcome.NeedsSecondApprover?> NeedsSecondAsync(SignedIn agent, Account target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        return DoubtOf(target) switch
        {
            Doubt.None => null,
            Doubt.Unproven when agent.Account.Role == Role.Admin && !await AnotherOutranksAsync(agent, target, cancellation) => null,
            _ => new ResetOutcome.NeedsSecondApprover(target.UserName, DateTimeOffset.FromUnixTimeSeconds(target.DoubtedAt ?? 0)),
        };
    }

    private async Task<bool> AnotherOutranksAsync(SignedIn agent, Account target, CancellationToken cancellation)
    {
        var roles = Enum.GetValues<Role>().Where(role => role.Outranks(target.Role)).ToList();
        var others = await database.Set<Account>().AsNoTracking()
            .Where(account => roles.Contains(account.Role) && account.Id != agent.Account.Id && account.Id != target.Id
                && database.Set<CodeGuard>().Any(guard => guard.AccountId == account.Id && guard.Held == HeldBy.None && !guard.Closed)
                && database.Set<Authenticator>().Any(authenticator => authenticator.AccountId == account.Id && authenticator.State == AuthenticatorStates.Active))
            .ToListAsync(cancellation);
        return others.Exists(other => other.IsSealed(verifier));
    }

    private async Task<ResetOutcome?> RefusalAsync(SignedIn agent, Account? target, Origin by, CancellationToken cancellation)
    {
        ResetOutcome? refusal = target switch
        {
            null => new ResetOutcome.NoSuchAccount(),
            _ when target.Id == agent.Account.Id => new ResetOutcome.Oneself(),
            _ when !agent.Account.Role.Outranks(target.Role) || !target.IsSealed(verifier) => new ResetOutcome.RankForbids(),
            { EnrolledAt: null } => new ResetOutcome.NotEnrolledYet(),
            _ => await NeedsSecondAsync(agent, target, cancellation),
        };
        if (refusal is ResetOutcome.Oneself or ResetOutcome.RankForbids or ResetOutcome.NeedsSecondApprover)
        {
            audit.Record(AuditKinds.ResetRefused, target!.Id, by);
        }

        return refusal;
    }

    private async Task<ResetOutcome> JudgeAsync(SignedIn agent, ResetRequest request, Origin by, CancellationToken cancellation)
    {
        if (SixDigits.Parse(request.Code, out var length) is not { } code)
        {
            return new ResetOutcome.CodeRefused(new CodeVerdict.Malformed(length));
        }

        var (first, second) = agent.Account.Id < request.Target ? (agent.Account.Id, request.Target) : (request.Target, agent.Account.Id);
        await guards.LockAsync(first, cancellation);
        await guards.LockAsync(second, cancellation);
        var verdict = await check.JudgeAsync(agent.Account.Id, agent.Epoch, code, HeldBy.None, by, cancellation);
        if (verdict is not CodeVerdict.Accepted)
        {
            return new ResetOutcome.CodeRefused(verdict);
        }

        var target = await FindAsync(request.Target, cancellation)
            ?? throw new InvalidOperationException("An account vanished inside one transaction.");
        var verified = request.VerifiedWords();
        var facts = new ResetFacts(agent.Account.Name, Reason.Clean(request.Reason), verified, time.GetUtcNow().ToUnixTimeSeconds());
        return await HoldAsync(target, request.Epoch, facts, request.Delivery!.Value, by, cancellation);
    }

    private async Task<ResetOutcome> HoldAsync(
        Account target, long epoch, ResetFacts facts, Delivery delivery, Origin by, CancellationToken cancellation)
    {
        if (!await guards.HoldForResetAsync(target.Id, epoch, cancellation))
        {
            return new ResetOutcome.ChangedMeanwhile();
        }

        await tickets.EndAsync(target.Id, TicketEnds.Replaced, cancellation, TicketKinds.Reset);
        var (token, ticket) = tickets.Issue(TicketKinds.Reset, target.Id, epoch + 1);
        var (notMe, _) = tickets.Issue(TicketKinds.NotMeReset, target.Id, epoch: 0);
        var owner = mail.Reach(target);
        outbox.Add([.. owner.Select(to => letters.ResetStarted(to, facts, notMe))]);
        audit.Record(AuditKinds.ResetApproved, target.Id, by, detail: Detail(facts, delivery));
        var endsAt = DateTimeOffset.FromUnixTimeSeconds(ticket.ExpiresAt);
        if (delivery == Delivery.HandOver)
        {
            return new ResetOutcome.HandOver(token, endsAt);
        }

        outbox.Add(letters.Ticket(owner[0], token, ticket.ExpiresAt));
        return new ResetOutcome.Mailed(endsAt);
    }

    private async Task TellAdminsAsync(Account target, ResetFacts facts, CancellationToken cancellation)
    {
        var admins = await database.Set<Account>().AsNoTracking()
            .Where(account => account.Role == Role.Admin && account.Id != target.Id && account.EnrolledAt != null)
            .ToListAsync(cancellation);
        foreach (var admin in admins)
        {
            outbox.Add(letters.ResetNotice(mail.Reach(admin)[0], target.Name, target.UserName, facts));
        }
    }

    private Task<Account?> FindAsync(Guid account, CancellationToken cancellation) =>
        database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == account, cancellation);

    private static string Detail(ResetFacts facts, Delivery delivery)
    {
        var text = $"{(delivery == Delivery.Mail ? "ticket by mail" : "ticket handed over")}; verified: {facts.Verified ?? "-"}; reason: {facts.Reason ?? "-"}";
        return text.Length <= AuditEvent.DetailLength ? text : text[..AuditEvent.DetailLength];
    }
}
