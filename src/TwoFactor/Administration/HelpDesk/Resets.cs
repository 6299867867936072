namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What a reset does: it holds the account, deletes nothing, and its ticket reaches only the owner. Who may have it done is the help desk's to say; the console always may.</summary>
public sealed class Resets(
    TwoFactorDb database, CodeGuards guards, Tickets tickets, AgentAuthorization authorization, AgentCode agentCode, AdminNotifications adminNotifications, MailMessages messages, OwnerNotifications notifications, Outbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>The console is the last way back: it resets everybody, the last admin too, prints the ticket, and tells the owner and all other admins.</summary>
    public Task<HelpOutcome> ApproveByConsoleAsync(Guid target, string? reason, CancellationToken cancellation) =>
        database.InTransactionAsync(
            async () =>
            {
                var account = await FindAsync(target, cancellation);
                if (account is not { EnrolledAt: not null })
                {
                    return account is null ? new HelpOutcome.NoSuchAccount() : new HelpOutcome.NotEnrolledYet();
                }

                var guard = await guards.ReadAsync(target, cancellation);
                var facts = ConsoleFacts(reason, time);
                if (!await HoldAsync(account, guard.Epoch, facts, Delivery.HandOver, Actor.Console, cancellation))
                {
                    return new HelpOutcome.ChangedMeanwhile();
                }

                await adminNotifications.NotifyAsync([target], to => messages.ResetNotice(to, account.Name, account.UserName, facts), cancellation);
                return Issue(account, guard.Epoch + 1, Delivery.HandOver);
            },
            cancellation);

    /// <summary>The console stops an open reset. A freeze stays. False: none was open.</summary>
    public Task<bool> CancelByConsoleAsync(Guid target, CancellationToken cancellation) =>
        database.InTransactionAsync(() => EndAsync(target, Actor.Console, null, cancellation), cancellation);

    /// <summary>An agent who may help the account stops its open reset, with a code of their own: all is as before, and the owner is told. A freeze stays.</summary>
    public Task<HelpOutcome> CancelAsync(CurrentSession agent, Guid target, string? reason, string? code, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var by = actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                if (await FindAsync(target, cancellation) is not { } account)
                {
                    return new HelpOutcome.NoSuchAccount();
                }

                if (!authorization.CanReset(agent, account))
                {
                    audit.Record(AuditKinds.ResetRefused, target, by);
                    return account.Id == agent.Account.Id ? new HelpOutcome.Oneself() : new HelpOutcome.RankForbids();
                }

                if (AuditDetail.Sanitize(reason) is not { } why || reason!.Length > HelpForm.LongestText)
                {
                    return new HelpOutcome.Incomplete([AuditDetail.Sanitize(reason) is null ? HelpGap.Reason : HelpGap.TooLong]);
                }

                return await agentCode.JudgeAsync(agent, target, code, by, cancellation) ?? await StopAsync(agent, account, why, by, cancellation);
            },
            keep: AgentCode.IsKept,
            cancellation);
    }

    /// <summary>Holds the account, in the caller's transaction, and tells its owner. False: it changed meanwhile.</summary>
    internal async Task<bool> HoldAsync(Account target, long epoch, ResetFacts facts, Delivery delivery, Actor by, CancellationToken cancellation)
    {
        if (!await guards.HoldForResetAsync(target.Id, epoch, cancellation))
        {
            return false;
        }

        await tickets.EndAsync(target.Id, TicketEnds.Replaced, cancellation, TicketKinds.Reset);
        var (notMe, _) = tickets.Issue(TicketKinds.NotMeReset, target.Id, epoch: 0);
        outbox.Add([.. notifications.AddressesOf(target).Select(to => messages.ResetStarted(to, facts, notMe))]);
        audit.Record(AuditKinds.ResetApproved, target.Id, by, detail: Detail(facts, delivery));
        return true;
    }

    /// <summary>Makes the ticket of a held account, in the caller's transaction; a mailed one goes to the first address alone.</summary>
    /// <param name="epoch">Of the guard when the transaction commits.</param>
    internal HelpOutcome Issue(Account target, long epoch, Delivery delivery)
    {
        var (token, ticket) = tickets.Issue(TicketKinds.Reset, target.Id, epoch);
        var endsAt = DateTimeOffset.FromUnixTimeSeconds(ticket.ExpiresAt);
        if (delivery == Delivery.HandOver)
        {
            return new HelpOutcome.HandOver(token, endsAt);
        }

        outbox.Add(messages.Ticket(notifications.AddressesOf(target)[0], token, ticket.ExpiresAt));
        return new HelpOutcome.Mailed(HelpKind.Reset, endsAt);
    }

    internal static ResetFacts ConsoleFacts(string? reason, TimeProvider time) => new(AgentAuthorization.Operator, reason, null, time.GetUtcNow().ToUnixTimeSeconds());

    internal static string Detail(ResetFacts facts, Delivery delivery) =>
        AuditDetail.Truncate($"{(delivery == Delivery.Mail ? "by mail" : "handed over")}; verified: {facts.Verified ?? "-"}; reason: {facts.Reason ?? "-"}");

    private async Task<HelpOutcome> StopAsync(CurrentSession agent, Account account, string why, Actor by, CancellationToken cancellation)
    {
        if (!await EndAsync(account.Id, by, why, cancellation))
        {
            return new HelpOutcome.NoReset();
        }

        var isFrozen = (await guards.ReadAsync(account.Id, cancellation)).Held.HasFlag(HeldBy.Frozen);
        notifications.Notify(account, TicketKinds.NotMeResetStopped, by, (write, context) => write.ResetStoppedByDesk(context, agent.Account.Name, why, isFrozen));
        return new HelpOutcome.ResetStopped(isFrozen);
    }

    private async Task<bool> EndAsync(Guid target, Actor by, string? why, CancellationToken cancellation)
    {
        var guard = await guards.ReadAsync(target, cancellation);
        var cancelled = await guards.CancelResetAsync(target, guard.Epoch, cancellation);
        if (cancelled)
        {
            await tickets.EndAsync(target, TicketEnds.Stopped, cancellation, TicketKinds.Reset);
            audit.Record(AuditKinds.ResetCancelled, target, by, detail: why);
        }

        return cancelled;
    }

    private Task<Account?> FindAsync(Guid account, CancellationToken cancellation) =>
        database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == account, cancellation);
}
