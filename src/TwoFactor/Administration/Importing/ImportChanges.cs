namespace TwoFactor.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;

/// <summary>Applies what a file changes in existing accounts.</summary>
public sealed class ImportChanges(
    RoleChanges roles,
    NameChanges names,
    MailChanges mails,
    Addresses addresses,
    Groups groups,
    ImportedAuthenticators imported,
    CodeGuards guards,
    AuditLog audit)
{
    /// <param name="who">The display name of whoever imports.</param>
    /// <returns>Why nothing is imported; null when the draft was applied.</returns>
    internal async Task<string?> ApplyAsync(Work work, ImportDraft draft, string who)
    {
        var before = draft.Before!;
        if (!await guards.OpenAsync(work, before.Id))
        {
            return ImportMessages.Altered;
        }

        if (draft.Role is { } role)
        {
            switch (await roles.ApplyAsync(work, before, role, who))
            {
                case RoleChange.LastAdmin:
                    return ImportMessages.LastAdmin(before.UserName);
                case RoleChange.ImportedAuthenticator:
                    return ImportMessages.ImportedAuthenticator;
            }
        }

        if (draft.Name is { } name)
        {
            await names.ApplyAsync(work, before.Id, name, "name");
        }

        if (draft.Groups is { } groupNames)
        {
            await groups.SetAsync(work, before.Id, groupNames, draft.GroupsBefore);
        }

        if (draft.Mail is { } mail)
        {
            if (!await addresses.ClaimAsync(work, before.Id, mail))
            {
                return ImportMessages.MailTaken(mail);
            }

            await mails.ApplyWithoutInvitationAsync(work, before, mail, who);
        }

        if (draft.Secret is { } secret)
        {
            var guard = await guards.ReadAsync(before.Id, CancellationToken.None);
            if (!await imported.AddAsync(work, before.Id, guard.Epoch, secret))
            {
                return ImportMessages.EnrollsNow(before.UserName);
            }

            audit.Record(work, AuditKinds.AccountChanged, before.Id, detail: ImportMessages.Authenticator);
        }

        return null;
    }
}
