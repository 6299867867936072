namespace TwoFactor.Administration.Editing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;

/// <summary>What an account should be. Texts as typed; null: as it is.</summary>
/// <param name="Groups">With semicolons between; empty: none.</param>
/// <param name="EnrollBy">A day, like 2026-12-24; empty: none.</param>
public sealed record AccountForm(string? Name, string? Mail, Role? Role, string? Groups = null, string? EnrollBy = null);

/// <summary>The answer to whoever edits or deletes an account.</summary>
public abstract record EditOutcome
{
    private EditOutcome()
    {
    }

    /// <param name="Invited">The person was invited anew, for the older invitation went to another address.</param>
    public sealed record Saved(bool Invited) : EditOutcome;

    public sealed record Deleted : EditOutcome;

    public sealed record Unchanged : EditOutcome;

    public sealed record MailNotAllowed : EditOutcome;

    public sealed record MailTaken(string Mail) : EditOutcome;

    public sealed record GroupNotAllowed : EditOutcome;

    public sealed record DateNotAllowed : EditOutcome;

    /// <summary>An agent's own code comes first.</summary>
    public sealed record ProofNeeded : EditOutcome;

    public sealed record RankForbids : EditOutcome;

    public sealed record Oneself : EditOutcome;

    public sealed record LastAdmin : EditOutcome;

    public sealed record ReasonMissing : EditOutcome;

    public sealed record NoSuchAccount : EditOutcome;
}

/// <summary>Name, address and role of somebody else's account, by an admin after a proof or by the console; all of a form, or nothing of it.</summary>
public sealed class AccountEdits(
    TwoFactorDb database, AgentAuthorization authorization, Proofs proofs, RoleChanges roles, MailChanges mails, Addresses addresses, Groups groups, Deadlines deadlines, SearchTerms searchTerms, Invitations invitations, Keys.KeyedHasher keyedHasher, AuditLog audit)
{
    /// <param name="agent">Null: the console.</param>
    public Task<EditOutcome> SaveAsync(CurrentSession? agent, Guid target, AccountForm form, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        return database.InTransactionAsync(
            async () =>
            {
                if (await database.Set<Account>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == target, cancellation) is not { } account)
                {
                    return new EditOutcome.NoSuchAccount();
                }

                return await RefusalAsync(agent, account, form, by, cancellation) ?? await ApplyAsync(agent?.Account.Name ?? AgentAuthorization.Operator, account, form, by, cancellation);
            },
            keep: outcome => outcome is EditOutcome.Saved or EditOutcome.RankForbids or EditOutcome.Oneself,
            cancellation);
    }

    private async Task<EditOutcome?> RefusalAsync(CurrentSession? agent, Account account, AccountForm form, Actor by, CancellationToken cancellation)
    {
        if (agent is null)
        {
            return null;
        }

        // An admin may take another admin's role away, and nothing else of an admin's: name and address are their own to change.
        var isRole = form.Role is { } role && role != account.Role;
        var isMore = (form.Name is not null && !string.Equals(Invitations.DisplayName(form.Name, account.UserName), account.Name, StringComparison.Ordinal))
            || (form.Mail is not null && !string.Equals(MailAddress.Normalise(form.Mail), account.Mail, StringComparison.Ordinal))
            || form.Groups is not null || form.EnrollBy is not null;
        EditOutcome? refusal = account switch
        {
            _ when account.Id == agent.Account.Id => new EditOutcome.Oneself(),
            _ when agent.Account.Role != Role.Admin || !await authorization.IsCurrentAsync(agent, cancellation) => new EditOutcome.RankForbids(),
            _ when isRole && !account.HasSealedRole(keyedHasher) => new EditOutcome.RankForbids(),
            _ when isMore && !await authorization.MayMailAsync(agent, account, cancellation) => new EditOutcome.RankForbids(),
            _ when (isMore || isRole) && !proofs.Has(agent, ProofFor.Accounts) => new EditOutcome.ProofNeeded(),
            _ => null,
        };
        if (refusal is EditOutcome.Oneself or EditOutcome.RankForbids)
        {
            audit.Record(isRole ? AuditKinds.RoleRefused : AuditKinds.ActRefused, account.Id, by);
        }

        return refusal;
    }

    private async Task<EditOutcome> ApplyAsync(string who, Account account, AccountForm form, Actor by, CancellationToken cancellation)
    {
        var name = form.Name is null ? account.Name : Invitations.DisplayName(form.Name, account.UserName);
        var mail = form.Mail is null ? account.Mail : MailAddress.Normalise(form.Mail);
        if (mail is null)
        {
            return new EditOutcome.MailNotAllowed();
        }

        // Who writes an altered address anew by hand says that it is right.
        var isMail = !string.Equals(mail, account.Mail, StringComparison.Ordinal) || (form.Mail is not null && !account.HasSealedAddresses(keyedHasher));
        var isName = !string.Equals(name, account.Name, StringComparison.Ordinal);
        var role = form.Role ?? account.Role;
        var names = form.Groups is null ? null : GroupName.ReadList(form.Groups);
        if (form.Groups is not null && names is null)
        {
            return new EditOutcome.GroupNotAllowed();
        }

        var day = Deadlines.Read(form.EnrollBy);
        if (day is null && !string.IsNullOrWhiteSpace(form.EnrollBy))
        {
            return new EditOutcome.DateNotAllowed();
        }

        if (isMail && await addresses.IsTakenAsync(mail, account.Id, cancellation))
        {
            return new EditOutcome.MailTaken(mail);
        }

        if (role != account.Role && !await roles.ApplyAsync(account, role, who, by, cancellation))
        {
            return new EditOutcome.LastAdmin();
        }

        if (isName)
        {
            await database.Database.ExecuteSqlAsync($"UPDATE account SET name={name} WHERE id={account.Id}", cancellation);
            await searchTerms.RenewAsync(account.Id, cancellation);
            audit.Record(AuditKinds.AccountChanged, account.Id, by, detail: $"name: {account.Name} to {name}");
        }

        var isRest = names is not null && await groups.SetAsync(account.Id, names, by, cancellation);
        isRest |= form.EnrollBy is not null && await deadlines.SetOwnAsync(account.Id, day, by, cancellation);
        if (!isMail && !isName && !isRest && role == account.Role)
        {
            return new EditOutcome.Unchanged();
        }

        return new EditOutcome.Saved(isMail && await ChangeMailAsync(account, mail, who, by, cancellation));
    }

    /// <returns>Whether a new invitation was sent, to somebody whose older one went to the old address.</returns>
    private async Task<bool> ChangeMailAsync(Account account, string mail, string who, Actor by, CancellationToken cancellation)
    {
        var isInvited = account.EnrolledAt is null && await invitations.IsOpenAsync(account.Id, cancellation);
        await mails.ApplyAsync(account, mail, who, by, cancellation);
        return isInvited && await invitations.ReplaceAsync(await ReadAsync(account.Id, cancellation), resends: 0, by, cancellation) is InviteOutcome.Invited;
    }

    private Task<Account> ReadAsync(Guid id, CancellationToken cancellation) =>
        database.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == id, cancellation);
}
