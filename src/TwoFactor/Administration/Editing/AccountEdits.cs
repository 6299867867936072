namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>How an account is to be, as typed. A null leaves that part as it is.</summary>
/// <param name="Groups">Separated by semicolons; empty for none.</param>
/// <param name="EnrollBy">A day, as in 2026-12-24; empty for none.</param>
public sealed record AccountForm(string? Name, string? Mail, Role? Role, string? Groups = null, string? EnrollBy = null);

/// <summary>
/// Changes somebody else's account, for an admin after a proof or for the console: everything in the form, or nothing of it.
/// </summary>
public sealed class AccountEdits(
    AgentActs acts,
    RoleChanges roles,
    NameChanges names,
    MailChanges mails,
    Addresses addresses,
    Groups groups,
    Deadlines deadlines,
    CodeGuards guards)
{
    /// <param name="agent">Null when the console acts.</param>
    public Task<EditOutcome> SaveAsync(CurrentSession? agent, Guid target, AccountForm form, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        var act = new AgentAct<EditOutcome>(Requires.SomebodyElse | Requires.Admin | Requires.Current, EditOutcome.Refused);
        act = act with
        {
            Locks = form.Role is null ? Locks.None : Locks.Admins(),
            For = account => act with
            {
                Requires = act.Requires | (ChangesMore(form, account) ? Requires.Outranks : Requires.None),
                RefusalKind = ChangesRole(form, account) ? AuditKinds.RoleRefused : AuditKinds.ActRefused,
            },
        };
        return acts.RunAsync(
            agent,
            target,
            actor,
            act,
            async (work, account) => (ChangesMore(form, account) || ChangesRole(form, account)) && !acts.IsProven(agent)
                ? new EditOutcome.ProofNeeded()
                : await ApplyAsync(work, AgentAuthorization.NameOf(agent), account, form),
            cancellation);
    }

    private static bool ChangesRole(AccountForm form, Account account) => form.Role is { } role && role != account.Role;

    /// <summary>
    /// Whether the form changes more than the role. An admin may take another admin's role away but change nothing else: admins change
    /// their own name and address.
    /// </summary>
    private static bool ChangesMore(AccountForm form, Account account) =>
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

        var changesMail = !string.Equals(mail, account.Mail, StringComparison.Ordinal);
        var changesName = !string.Equals(name, account.Name, StringComparison.Ordinal);
        var role = form.Role ?? account.Role;
        var groupNames = form.Groups is null ? null : GroupName.ReadList(form.Groups);
        if (form.Groups is not null && groupNames is null)
        {
            return new EditOutcome.GroupNotAllowed();
        }

        if (!Deadlines.TryParse(form.EnrollBy, out var day))
        {
            return new EditOutcome.DateNotAllowed();
        }

        await guards.RequireOpenAsync(work, account.Id);
        if (changesMail && !await addresses.ClaimAsync(work, account.Id, mail))
        {
            return new EditOutcome.MailTaken(mail);
        }

        if (role != account.Role)
        {
            switch (await roles.ApplyAsync(work, account, role, who))
            {
                case RoleChange.LastAdmin:
                    return new EditOutcome.LastAdmin();
                case RoleChange.ImportedAuthenticator:
                    return new EditOutcome.ImportedAuthenticator();
            }
        }

        if (changesName)
        {
            await names.ApplyAsync(work, account.Id, name, $"name: {account.Name} to {name}");
        }

        var changesRest = groupNames is not null && await groups.SetAsync(work, account.Id, groupNames);
        changesRest |= form.EnrollBy is not null && await deadlines.SetOwnAsync(work, account.Id, day);
        if (!changesMail && !changesName && !changesRest && role == account.Role)
        {
            return new EditOutcome.Unchanged();
        }

        return new EditOutcome.Saved(changesMail && await mails.ApplyAsync(work, account, mail, who));
    }
}
