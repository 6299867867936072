namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What an account should be. Texts as typed; null: as it is.</summary>
/// <param name="Groups">With semicolons between; empty: none.</param>
/// <param name="EnrollBy">A day, like 2026-12-24; empty: none.</param>
public sealed record AccountForm(string? Name, string? Mail, Role? Role, string? Groups = null, string? EnrollBy = null);

/// <summary>
/// Name, address and role of somebody else's account, by an admin after a proof or by the console; all of a form, or nothing of it.
/// </summary>
public sealed class AccountEdits(
    AgentActs acts,
    RoleChanges roles,
    NameChanges names,
    MailChanges mails,
    Addresses addresses,
    Groups groups,
    Deadlines deadlines,
    KeyedHasher keyedHasher)
{
    /// <param name="agent">Null: the console.</param>
    public Task<EditOutcome> SaveAsync(CurrentSession? agent, Guid target, AccountForm form, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        var act = new AgentAct<EditOutcome>(Requires.SomebodyElse | Requires.Admin | Requires.Current, EditOutcome.Refused);
        act = act with
        {
            Locks = form.Role is null ? Locks.None : Locks.Admins(),
            For = account => act with
            {
                Requires = act.Requires
                    | (IsRole(form, account) ? Requires.SealedRole : Requires.None)
                    | (IsMore(form, account) ? Requires.MayMail : Requires.None),
                RefusalKind = IsRole(form, account) ? AuditKinds.RoleRefused : AuditKinds.ActRefused,
            },
        };
        return acts.RunAsync(
            agent,
            target,
            actor,
            act,
            async (work, account) => (IsMore(form, account) || IsRole(form, account)) && !acts.IsProven(agent)
                ? new EditOutcome.ProofNeeded()
                : await ApplyAsync(work, agent?.Account.Name ?? AgentAuthorization.Operator, account, form),
            cancellation);
    }

    private static bool IsRole(AccountForm form, Account account) => form.Role is { } role && role != account.Role;

    /// <summary>
    /// An admin may take another admin's role away, and nothing else of an admin's: name and address are their own to change.
    /// </summary>
    private static bool IsMore(AccountForm form, Account account) =>
        (form.Name is not null
            && !string.Equals(AccountFactory.DisplayName(form.Name, account.UserName), account.Name, StringComparison.Ordinal))
        || (form.Mail is not null && !string.Equals(MailAddress.Normalise(form.Mail), account.Mail, StringComparison.Ordinal))
        || form.Groups is not null || form.EnrollBy is not null;

    private async Task<EditOutcome> ApplyAsync(Work work, string who, Account account, AccountForm form)
    {
        var name = form.Name is null ? account.Name : AccountFactory.DisplayName(form.Name, account.UserName);
        var mail = form.Mail is null ? account.Mail : MailAddress.Normalise(form.Mail);
        if (mail is null)
        {
            return new EditOutcome.MailNotAllowed();
        }

        // Who writes an altered address anew by hand says that it is right.
        var isMail = !string.Equals(mail, account.Mail, StringComparison.Ordinal)
            || (form.Mail is not null && !account.HasSealedAddresses(keyedHasher));
        var isName = !string.Equals(name, account.Name, StringComparison.Ordinal);
        var role = form.Role ?? account.Role;
        var groupNames = form.Groups is null ? null : GroupName.ReadList(form.Groups);
        if (form.Groups is not null && groupNames is null)
        {
            return new EditOutcome.GroupNotAllowed();
        }

        var day = Deadlines.Read(form.EnrollBy);
        if (day is null && !string.IsNullOrWhiteSpace(form.EnrollBy))
        {
            return new EditOutcome.DateNotAllowed();
        }

        if (isMail && !await addresses.ClaimAsync(work, account.Id, mail))
        {
            return new EditOutcome.MailTaken(mail);
        }

        if (role != account.Role && !await roles.ApplyAsync(work, account, role, who))
        {
            return new EditOutcome.LastAdmin();
        }

        if (isName)
        {
            await names.ApplyAsync(work, account.Id, name, $"name: {account.Name} to {name}");
        }

        var isRest = groupNames is not null && await groups.SetAsync(work, account.Id, groupNames);
        isRest |= form.EnrollBy is not null && await deadlines.SetOwnAsync(work, account.Id, day);
        if (!isMail && !isName && !isRest && role == account.Role)
        {
            return new EditOutcome.Unchanged();
        }

        return new EditOutcome.Saved(isMail && await mails.ApplyAsync(work, account, mail, who));
    }
}
