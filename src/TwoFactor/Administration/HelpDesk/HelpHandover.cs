namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Carries out a reset or a pass, and delivers its ticket or pass.</summary>
public sealed class HelpHandover(ResetHolds holds, Passes passes)
{
    /// <summary>Carries out everything at once, where one agent is enough.</summary>
    internal async Task<HelpOutcome> CarryOutAsync(
        Work work, HelpKind kind, Account target, Epoch epoch, ResetFacts facts, Delivery delivery)
    {
        if (kind == HelpKind.Pass)
        {
            return await passes.GiveAsync(work, target, epoch, facts, delivery);
        }

        return await holds.HoldAsync(work, target, epoch, facts, delivery)
            ? holds.IssueTicket(work, target, epoch.Next(), delivery)
            : new HelpOutcome.ChangedMeanwhile();
    }

    /// <summary>Holds the account for an approved reset. Returns false when the account changed meanwhile.</summary>
    internal Task<bool> HoldAsync(Work work, Account target, Epoch epoch, ResetFacts facts) =>
        holds.HoldAsync(work, target, epoch, facts, Delivery.HandOver);

    /// <summary>
    /// Makes the ticket or pass that is shown once to the agent who hands it over. For a reset the account is held already.
    /// </summary>
    /// <param name="epoch">The guard's epoch when the story commits.</param>
    internal async Task<HelpOutcome> ShowAsync(Work work, HelpKind kind, Account target, Epoch epoch, ResetFacts facts) =>
        kind == HelpKind.Pass
            ? await passes.GiveAsync(work, target, epoch, facts, Delivery.HandOver)
            : holds.IssueTicket(work, target, epoch, Delivery.HandOver);
}
