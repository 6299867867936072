namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to an owner who changes mail addresses.</summary>
public abstract record AddressOutcome
{
    private AddressOutcome()
    {
    }

    /// <param name="Session">The acting session's new id; all others have ended.</param>
    public sealed record Changed(Token Session) : AddressOutcome;

    public sealed record Unchanged : AddressOutcome;

    public sealed record FirstNotAnAddress : AddressOutcome;

    public sealed record SecondNotAnAddress : AddressOutcome;

    /// <summary>A second address that is the first is none.</summary>
    public sealed record SameTwice : AddressOutcome;

    /// <param name="Mail">It belongs to another account, or did until lately.</param>
    public sealed record Taken(string Mail) : AddressOutcome;

    public sealed record ProofNeeded : AddressOutcome;

    /// <summary>Something else about the account changed at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile : AddressOutcome;

    /// <summary>Somebody else wrote the addresses into the database. Nothing was changed here.</summary>
    public sealed record Altered : AddressOutcome;
}

/// <summary>Other mail addresses, by their owner, after a proof. The old ones are told, and the new ones receive nothing for a while.</summary>
public sealed class AddressChange(
    TwoFactorDb database, Proofs proofs, Addresses addresses, CodeGuards guards, SessionStore sessions, KeyedHasher keyedHasher, OwnerNotifications notifications, AuditLog audit)
{
    /// <param name="typedSecond">Empty: no second address.</param>
    public async Task<AddressOutcome> SetAsync(CurrentSession me, string? typed, string? typedSecond, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (MailAddress.Normalise(typed) is not { } mail)
        {
            return new AddressOutcome.FirstNotAnAddress();
        }

        var second = MailAddress.Normalise(typedSecond);
        if (second is null && !string.IsNullOrWhiteSpace(typedSecond))
        {
            return new AddressOutcome.SecondNotAnAddress();
        }

        if (string.Equals(mail, second, StringComparison.Ordinal))
        {
            return new AddressOutcome.SameTwice();
        }

        return proofs.Has(me, ProofFor.Addresses)
            ? await database.InTransactionAsync(
                () => ApplyAsync(me, mail, second, actor, cancellation), keep: outcome => outcome is AddressOutcome.Changed, cancellation)
            : new AddressOutcome.ProofNeeded();
    }

    private async Task<AddressOutcome> ApplyAsync(CurrentSession me, string mail, string? second, Actor actor, CancellationToken cancellation)
    {
        var id = me.Account.Id;
        if (!await guards.RaiseEpochIfOpenAsync(id, me.Epoch, cancellation))
        {
            return new AddressOutcome.ChangedMeanwhile();
        }

        // Read under the guard's lock: what is told must be what was changed.
        var before = await AccountAsync(id, cancellation);
        if (!before.HasSealedAddresses(keyedHasher))
        {
            return new AddressOutcome.Altered();
        }

        var isFirst = !string.Equals(before.Mail, mail, StringComparison.Ordinal);
        var isSecond = !string.Equals(before.SecondMail, second, StringComparison.Ordinal);
        if (!isFirst && !isSecond)
        {
            return new AddressOutcome.Unchanged();
        }

        if (isFirst && await addresses.IsTakenAsync(mail, id, cancellation))
        {
            return new AddressOutcome.Taken(mail);
        }

        await ChangeAsync(before, isFirst ? mail : null, isSecond, second, cancellation);
        var after = await AccountAsync(id, cancellation);
        if (isFirst)
        {
            NotifyOwner(after, actor, "mail address", before.Mail, mail, 1);
        }

        if (isSecond)
        {
            NotifyOwner(after, actor, "second mail address", before.SecondMail, second, 2);
        }

        return await sessions.RenewAsync(me, me.Epoch + 1, cancellation) is { } session
            ? new AddressOutcome.Changed(session)
            : new AddressOutcome.ChangedMeanwhile();
    }

    private async Task ChangeAsync(Account before, string? mail, bool isSecond, string? second, CancellationToken cancellation)
    {
        if (mail is not null)
        {
            await addresses.ChangeAsync(before.Id, mail, cancellation);
        }

        if (isSecond)
        {
            await addresses.ChangeSecondAsync(before.Id, second, cancellation);
        }
    }

    private void NotifyOwner(Account owner, Actor actor, string which, string? from, string? to, int number)
    {
        audit.Record(AuditKinds.AddressChanged, owner.Id, actor, number);
        notifications.Notify(owner, TicketKinds.NotMeAddress, actor, (messages, context) => messages.AddressChanged(context, which, from, to, "Whoever changed it was signed in as you, and entered a code.", notifications.CoolingOffEnds));
    }

    private Task<Account> AccountAsync(Guid id, CancellationToken cancellation) =>
        database.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id, cancellation);
}
