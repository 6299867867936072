namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>What became of a new role.</summary>
internal enum RoleChange
{
    Applied,

    /// <summary>It would leave no admin who can sign in.</summary>
    LastAdmin,

    /// <summary>Nobody becomes an admin whose authenticator came from a file.</summary>
    ImportedAuthenticator,
}

/// <summary>
/// Changes the role of an account. The owner is notified, and so are all other admins. The last admin who can sign in stays one.
/// </summary>
public sealed class RoleChanges(
    CodeGuards guards,
    AdminMessages messages,
    OwnerNotifications notifications,
    AdminNotifications adminNotifications,
    AuditLog audit)
{
    /// <param name="target">The account, as read after the admins were locked.</param>
    /// <param name="by">The display name of whoever does it.</param>
    internal async Task<RoleChange> ApplyAsync(Work work, Account target, Role role, string by)
    {
        await UsableAdmin.LockAsync(work);
        await guards.RequireOpenAsync(work, target.Id);
        if (role == Role.Admin && await ImportedAuthenticators.IsUsedAsync(work.Rows, target.Id, CancellationToken.None))
        {
            return RoleChange.ImportedAuthenticator;
        }

        if (!await UsableAdmin.SetRoleUnlessLastAsync(work, target.Id, role))
        {
            return RoleChange.LastAdmin;
        }

        if (target.EnrolledAt is not null)
        {
            // Somebody who was only invited has no session to end, and the open invitation stays valid.
            await guards.RaiseEpochAsync(work, target.Id);
        }

        if (role == Role.Admin)
        {
            // One that still waits is erased: admins scan a QR code.
            await ImportedAuthenticators.RemoveAsync(work, target.Id);
        }

        var (before, now) = (target.Role.ToToken(), role.ToToken());
        audit.Record(work, AuditKinds.RoleChanged, target.Id, detail: $"{before} to {now}");
        notifications.Notify(work, target, OwnerNotices.RoleChanged, new ChangedRole(before, now, by));
        await NotifyAdminsAsync(work, target, target.Role, role, by);
        return RoleChange.Applied;
    }

    /// <summary>Notifies all other admins, if somebody got a role above user, or lost one.</summary>
    /// <param name="before">Null when there was no such account.</param>
    /// <param name="now">Null when the account is deleted.</param>
    internal async Task NotifyAdminsAsync(Work work, Account target, Role? before, Role? now, string by)
    {
        if ((before ?? Role.User) == Role.User && (now ?? Role.User) == Role.User)
        {
            return;
        }

        await adminNotifications.NotifyAsync(
            work,
            [target.Id, work.By.Account],
            to => messages.RoleNotice(
                to, target.Name, target.UserName, before?.ToToken() ?? "none", now?.ToToken() ?? "deleted", by));
    }
}
