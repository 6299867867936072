namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Carries a reset or a pass out, and gives its ticket or pass to whoever delivers it.</summary>
public sealed class HelpHandover(ResetHolds holds, Passes passes)
{
    /// <summary>All of it, where one agent is enough.</summary>
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

    /// <summary>Holds the account for a reset that others approved. False: it changed meanwhile.</summary>
    internal Task<bool> HoldAsync(Work work, Account target, Epoch epoch, ResetFacts facts) =>
        holds.HoldAsync(work, target, epoch, facts, Delivery.HandOver);

    /// <summary>What is shown once to whoever hands over, of an account that a reset holds already.</summary>
    /// <param name="epoch">Of the guard when the story commits.</param>
    internal async Task<HelpOutcome> ShowAsync(Work work, HelpKind kind, Account target, Epoch epoch, ResetFacts facts) =>
        kind == HelpKind.Pass
            ? await passes.GiveAsync(work, target, epoch, facts, Delivery.HandOver)
            : holds.IssueTicket(work, target, epoch, Delivery.HandOver);
}
