namespace TwoFactor.Administration.Editing;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>Gives an account another role, in the caller's transaction: sealed, told to its owner and, where an admin comes or goes, to all other admins. The last admin who can sign in stays one.</summary>
public sealed class RoleChanges(TwoFactorDb database, CodeGuards guards, KeyedHasher keyedHasher, MailMessages messages, OwnerNotifications notifications, AdminNotifications adminNotifications, ImportedAuthenticators imported, AuditLog audit)
{
    /// <param name="by">Who does it, as people call them.</param>
    /// <returns>False: it would leave nobody who can administrate.</returns>
    internal async Task<bool> ApplyAsync(Account target, Role role, string by, Actor actor, CancellationToken cancellation)
    {
        var seal = Roles.Seal(keyedHasher, target.Id, role);
        await guards.LockAdminsAsync(cancellation);
        var changed = target.Role == Role.Admin
            ? await database.Database.ExecuteSqlRawAsync(
                "UPDATE account SET role={1}, role_seal={2} WHERE id={0} AND " + UsableAdmin.ThereIsAnother, [target.Id, role.ToToken(), seal], cancellation)
            : await database.Database.ExecuteSqlAsync($"UPDATE account SET role={role.ToToken()}, role_seal={seal} WHERE id={target.Id}", cancellation);
        if (changed != 1)
        {
            return false;
        }

        if (target.EnrolledAt is not null)
        {
            // Who was only invited has no session to end, and an invitation that is on its way stays good.
            await guards.RaiseEpochAsync(target.Id, cancellation);
        }

        if (role == Role.Admin)
        {
            // Its secret was in a file: an admin scans a picture.
            await imported.RemoveAsync(target.Id, cancellation);
        }

        audit.Record(AuditKinds.RoleChanged, target.Id, actor, detail: $"{target.Role.ToToken()} to {role.ToToken()}");
        notifications.Notify(target, TicketKinds.NotMeRole, actor, (write, context) => write.RoleChanged(context, target.Role.ToToken(), role.ToToken(), by));
        if (target.Role == Role.Admin || role == Role.Admin)
        {
            await NotifyAdminsAsync(target, target.Role.ToToken(), role.ToToken(), by, actor.Account, cancellation);
        }

        return true;
    }

    /// <summary>Tells all other admins, in the caller's transaction, that somebody is an admin from now on, or is one no longer.</summary>
    /// <param name="before">A role, or "none".</param>
    /// <param name="now">A role, or "deleted".</param>
    internal Task NotifyAdminsAsync(Account target, string before, string now, string by, Guid? actor, CancellationToken cancellation) =>
        adminNotifications.NotifyAsync([target.Id, actor], to => messages.RoleNotice(to, target.Name, target.UserName, before, now, by), cancellation);
}
