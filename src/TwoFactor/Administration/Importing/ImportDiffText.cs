namespace TwoFactor.Administration.Importing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;

/// <summary>The text of what a line would write: all of it, but never a secret.</summary>
internal static class ImportDiffText
{
    /// <summary>For a new account: everything that is written.</summary>
    public static List<string> Contents(ImportDraft draft)
    {
        var contents = new List<string> { $"name: {draft.Name}", $"mail: {draft.Mail}" };
        if (draft.Role is { } role and not Role.User)
        {
            contents.Add($"role: {role.ToToken()}");
        }

        if (draft.Groups is { Count: > 0 } groups)
        {
            contents.Add($"groups: {GroupName.Describe(groups)}");
        }

        if (draft.Secret is not null)
        {
            contents.Add(ImportMessages.Authenticator);
        }

        return contents;
    }

    /// <summary>For an existing account: what changes.</summary>
    public static List<string> Changes(ImportDraft draft, Account before)
    {
        var changes = new List<string>();
        if (draft.Name is { } name)
        {
            changes.Add($"name: {before.Name} → {name}");
        }

        if (draft.Mail is { } mail)
        {
            changes.Add($"mail: {before.Mail} → {mail}");
            if (before is { EnrolledAt: null, InvitedAt: not null })
            {
                changes.Add(ImportMessages.InvitationEnds);
            }
        }

        if (draft.Groups is { } groups)
        {
            changes.Add($"groups: {GroupName.Describe(draft.GroupsBefore)} → {GroupName.Describe(groups)}");
        }

        if (draft.Role is { } role)
        {
            changes.Add($"role: {before.Role.ToToken()} → {role.ToToken()}");
        }

        if (draft.Secret is not null)
        {
            changes.Add(ImportMessages.Authenticator);
        }

        return changes;
    }
}
