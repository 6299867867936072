namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>The answer to an owner who changes mail addresses.</summary>
public abstract record AddressOutcome : IOutcome
{
    private AddressOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <param name="Session">The acting session's new token; all other sessions have ended.</param>
    public sealed record Changed(Token Session) : AddressOutcome(commits: true);

    /// <summary>Links were sent to the new addresses, which count once they are opened. It is said of a taken address too.</summary>
    /// <param name="Session">A new token, if an address was taken away at once; else null.</param>
    public sealed record Asked(Token? Session) : AddressOutcome(commits: true);

    public sealed record Unchanged() : AddressOutcome(commits: false);

    /// <summary>The addresses are those that count already. Links to other ones that were not opened yet have ended.</summary>
    public sealed record Dropped() : AddressOutcome(commits: true);

    /// <summary>Too many links were sent lately.</summary>
    public sealed record TooOften() : AddressOutcome(commits: false);

    public sealed record FirstNotAnAddress() : AddressOutcome(commits: false);

    public sealed record SecondNotAnAddress() : AddressOutcome(commits: false);

    /// <summary>The second address is the same as the first.</summary>
    public sealed record SameTwice() : AddressOutcome(commits: false);

    /// <param name="Mail">The address, which belongs to another account, or did until recently.</param>
    public sealed record Taken(string Mail) : AddressOutcome(commits: false);

    public sealed record ProofNeeded() : AddressOutcome(commits: false);

    /// <summary>Something else about the account changed at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile() : AddressOutcome(commits: false);
}

/// <summary>
/// Lets owners change their mail addresses, after a proof. The old addresses are notified, and the new ones receive nothing for a while.
/// </summary>
public sealed class AddressChange(
    UnitOfWork unitOfWork,
    Proofs proofs,
    Addresses addresses,
    SessionStore sessions,
    CodeGuards guards,
    OwnerNotifications notifications,
    NewAddresses entered,
    AuditLog audit)
{
    /// <param name="typedSecond">Empty when there is to be no second address.</param>
    public async Task<AddressOutcome> SetAsync(
        CurrentSession me, string? typed, string? typedSecond, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (MailAddress.Normalise(typed) is not { } mail)
        {
            return new AddressOutcome.FirstNotAnAddress();
        }

        var second = MailAddress.Normalise(typedSecond);
        if (second is null && !TypedText.IsBlank(typedSecond))
        {
            return new AddressOutcome.SecondNotAnAddress();
        }

        if (second is not null && FoldedText.Comparer.Equals(mail, second))
        {
            return new AddressOutcome.SameTwice();
        }

        return proofs.Has(me, ProofFor.Addresses)
            ? await unitOfWork.RunAsync(
                actor,
                Locks.Of(me.Account.Id),
                work => entered.IsMailSetUp ? AskAsync(work, me, mail, second) : ApplyAsync(work, me, mail, second),
                cancellation)
            : new AddressOutcome.ProofNeeded();
    }

    /// <summary>
    /// Sends a link to each new address. To have no second address any more takes no link: that is done at once.
    /// </summary>
    private async Task<AddressOutcome> AskAsync(Work work, CurrentSession me, string mail, string? second)
    {
        var id = me.Account.Id;
        if (!await guards.OpenAsync(work, id) || !(await guards.OfAsync(work, id)).IsOpenAt(me.Epoch))
        {
            return new AddressOutcome.ChangedMeanwhile();
        }

        var before = await AccountAsync(work, id);
        var asksFirst = !string.Equals(before.Mail, mail, StringComparison.Ordinal);
        var changesSecond = !string.Equals(before.SecondMail, second, StringComparison.Ordinal);
        if ((asksFirst || (changesSecond && second is not null)) && !await entered.HasRoomAsync(work, id))
        {
            return new AddressOutcome.TooOften();
        }

        await NewAddresses.EndAsync(work, id);
        if (!asksFirst && !changesSecond)
        {
            return new AddressOutcome.Dropped();
        }

        Token? session = null;
        if (changesSecond && second is null)
        {
            if (await ApplyAsync(work, me, before.Mail, null) is not AddressOutcome.Changed(var renewed))
            {
                return new AddressOutcome.ChangedMeanwhile();
            }

            session = renewed;
        }

        var epoch = session is null ? me.Epoch : me.Epoch.Next();
        if (asksFirst)
        {
            await entered.AskAsync(work, before, epoch, isSecond: false, mail);
        }

        if (changesSecond && second is not null)
        {
            await entered.AskAsync(work, before, epoch, isSecond: true, second);
        }

        return asksFirst || session is null ? new AddressOutcome.Asked(session) : new AddressOutcome.Changed(session);
    }

    private async Task<AddressOutcome> ApplyAsync(Work work, CurrentSession me, string mail, string? second)
    {
        var id = me.Account.Id;
        if (!await guards.RaiseEpochIfOpenAsync(work, id, me.Epoch))
        {
            return new AddressOutcome.ChangedMeanwhile();
        }

        // Read under the guard's lock, so that the mail reports what was really changed.
        var before = await AccountAsync(work, id);
        var changesFirst = !string.Equals(before.Mail, mail, StringComparison.Ordinal);
        var changesSecond = !string.Equals(before.SecondMail, second, StringComparison.Ordinal);
        if (!changesFirst && !changesSecond)
        {
            return new AddressOutcome.Unchanged();
        }

        if (changesFirst && !await addresses.ClaimAsync(work, id, mail))
        {
            return new AddressOutcome.Taken(mail);
        }

        await ChangeAsync(work, before, changesFirst ? mail : null, changesSecond, second);
        var after = await AccountAsync(work, id);
        if (changesFirst)
        {
            NotifyOwner(work, after, isSecond: false, before.Mail, mail);
        }

        if (changesSecond)
        {
            NotifyOwner(work, after, isSecond: true, before.SecondMail, second);
        }

        return await sessions.RenewAsync(work, me, me.Epoch.Next()) is { } session
            ? new AddressOutcome.Changed(session)
            : new AddressOutcome.ChangedMeanwhile();
    }

    private async Task ChangeAsync(Work work, Account before, string? mail, bool changesSecond, string? second)
    {
        if (mail is not null)
        {
            await addresses.ChangeAsync(work, before.Id, mail);
        }

        if (changesSecond)
        {
            await addresses.ChangeSecondAsync(work, before.Id, second);
        }
    }

    private void NotifyOwner(Work work, Account owner, bool isSecond, string? from, string? to)
    {
        audit.Record(work, AuditKinds.AddressChanged, owner.Id, number: isSecond ? 2 : 1);
        notifications.Notify(
            work,
            owner,
            OwnerNotices.AddressChanged,
            new ChangedAddress(isSecond, from, to, Agent: null, notifications.CoolingOffEnds(work)));
    }

    private static Task<Account> AccountAsync(Work work, Guid id) =>
        work.Rows.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id, CancellationToken.None);
}
