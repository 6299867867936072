namespace TwoFactor.Administration.Handover;

using TwoFactor.Accounts;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Carries out a reset or a pass, and delivers its ticket or pass.</summary>
public sealed class HelpHandover(ResetHolds holds, Passes passes, HandoverCopies copies)
{
    /// <summary>Carries out everything at once, where one agent is enough.</summary>
    internal async Task<HelpOutcome> CarryOutAsync(
        Work work, CurrentSession agent, HelpForm form, Account target, ResetFacts facts)
    {
        var delivery = form.Delivery!.Value;
        if (form.Kind == HelpKind.Pass)
        {
            return await KeepAsync(work, agent, target, await passes.GiveAsync(work, target, form.Epoch, facts, delivery));
        }

        return await holds.HoldAsync(work, target, form.Epoch, facts, delivery)
            ? await KeepAsync(work, agent, target, holds.IssueTicket(work, target, form.Epoch.Next(), delivery))
            : new HelpOutcome.ChangedMeanwhile();
    }

    /// <summary>Holds the account for an approved reset. Returns false when the account changed meanwhile.</summary>
    internal Task<bool> HoldAsync(Work work, Account target, Epoch epoch, ResetFacts facts) =>
        holds.HoldAsync(work, target, epoch, facts, Delivery.HandOver);

    /// <summary>
    /// Makes the ticket or pass that is shown once to the agent who hands it over. For a reset the account is held already.
    /// </summary>
    /// <param name="epoch">The guard's epoch when the story commits.</param>
    internal async Task<HelpOutcome> ShowAsync(
        Work work, CurrentSession agent, HelpKind kind, Account target, Epoch epoch, ResetFacts facts) => await KeepAsync(
        work,
        agent,
        target,
        kind == HelpKind.Pass
            ? await passes.GiveAsync(work, target, epoch, facts, Delivery.HandOver)
            : holds.IssueTicket(work, target, epoch, Delivery.HandOver));

    /// <summary>Keeps what the agent is about to be shown for a minute: the answer may be lost on its way.</summary>
    private async Task<HelpOutcome> KeepAsync(Work work, CurrentSession agent, Account target, HelpOutcome outcome)
    {
        var shown = outcome switch
        {
            HelpOutcome.HandOver(var ticket, var endsAt) => new ShownSecret(HelpKind.Reset, ticket.RevealInGroups(), endsAt),
            HelpOutcome.HandOverPass(var pass, var endsAt) => new ShownSecret(HelpKind.Pass, pass.RevealInGroups(), endsAt),
            _ => null,
        };
        if (shown is not null)
        {
            await copies.KeepAsync(work, agent.Session, target.Id, shown);
        }

        return outcome;
    }
}
