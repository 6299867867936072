namespace TwoFactor.Administration.HelpDesk;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>
/// Gives passes: one sign-in without the phone, which is at home. A pass changes no factor, proves nothing, ends with the epoch and
/// expires.
/// </summary>
public sealed class Passes(
    UnitOfWork unitOfWork,
    CodeGuards guards,
    AccountSeals seals,
    Tickets tickets,
    AdminNotifications adminNotifications,
    AdminMessages messages,
    OwnerNotifications notifications,
    AuditLog audit)
{
    /// <summary>
    /// Gives a pass from the console, to any account whose guard is open. It is printed, and the owner and all other admins are notified.
    /// </summary>
    public Task<HelpOutcome> GiveByConsoleAsync(Guid target, string? reason, CancellationToken cancellation) => unitOfWork.RunAsync(
        Actor.Console, Locks.Of(target), work => GiveByConsoleAsync(work, target, reason), cancellation);

    /// <summary>Why a pass would not help this account now; null when it would.</summary>
    internal static HelpOutcome? StandsAgainst(Account target, CodeGuard guard) => Resets.StandsAgainst(target) ?? guard switch
    {
        { Held: not HeldBy.None } => new HelpOutcome.AccountHeld(),
        { Closed: true } => new HelpOutcome.GuardClosed(),
        _ => null,
    };

    /// <summary>
    /// Makes the one pass of an account; an older one ends. The owner is notified, and a mailed pass goes in a separate mail to the first
    /// address only.
    /// </summary>
    internal async Task<HelpOutcome> GiveAsync(Work work, Account target, Epoch epoch, ResetFacts facts, Delivery delivery)
    {
        if (!await CodeGuards.LockForPassAsync(work, target.Id, epoch))
        {
            return new HelpOutcome.ChangedMeanwhile();
        }

        await Tickets.EndAsync(work, target.Id, TicketEnds.Replaced, TicketKinds.Pass);
        var code = RecoveryCode.New();
        var ticket = tickets.Issue(work, TicketKinds.Pass, target.Id, epoch, code.AsToken());
        notifications.Notify(work, target, OwnerNotices.PassGiven, facts);
        audit.Record(work, AuditKinds.PassGiven, target.Id, detail: ResetHolds.Detail(facts, delivery));
        var endsAt = ticket.ExpiresAt.ToDateTimeOffset();
        if (delivery == Delivery.HandOver)
        {
            return new HelpOutcome.HandOverPass(code, endsAt);
        }

        notifications.SendToFirst(work, target, (write, to) => write.Pass(to, code.RevealInGroups(), ticket.ExpiresAt));
        return new HelpOutcome.Mailed(HelpKind.Pass, endsAt);
    }

    private async Task<HelpOutcome> GiveByConsoleAsync(Work work, Guid target, string? reason)
    {
        var account = await work.Rows.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target);
        if (account is null)
        {
            return new HelpOutcome.NoSuchAccount();
        }

        var guard = await guards.ReadAsync(target, CancellationToken.None);
        if (StandsAgainst(account, guard) is { } refusal)
        {
            return refusal;
        }

        if (!await seals.IsRightAsync(work, target))
        {
            throw new AlteredAccountException();
        }

        var facts = Resets.ConsoleFacts(work, reason);
        var outcome = await GiveAsync(work, account, guard.Epoch, facts, Delivery.HandOver);
        if (outcome is HelpOutcome.HandOverPass)
        {
            await adminNotifications.NotifyAsync(
                work, [target], to => messages.ResetNotice(to, account.Name, account.UserName, facts, isPass: true));
        }

        return outcome;
    }
}
