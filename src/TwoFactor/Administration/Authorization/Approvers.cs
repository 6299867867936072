namespace TwoFactor.Administration.Authorization;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;

/// <summary>Why somebody may not approve.</summary>
public enum ApproverRefusal
{
    /// <summary>Nobody approves what they asked for themselves.</summary>
    AskedThemselves,

    /// <summary>The roles do not allow help for this account, or the account is their own.</summary>
    Rank,

    /// <summary>This takes an admin.</summary>
    NotAnAdmin,

    /// <summary>
    /// The role or the enrollment is too recent. Otherwise an admin could make a second person, and be both of the two people.
    /// </summary>
    TooNew,
}

/// <summary>
/// Who may approve what one agent asks for about one account. The list of approvers, the pages and the approval itself all ask here.
/// </summary>
/// <param name="Now">The moment at which it is asked.</param>
public sealed record ApproverRule(Account Asker, Account Target, CoolingOffLimits CoolingOff, UnixTime Now)
{
    /// <summary>
    /// Whether the target is an admin or was one until recently. Such an account stays protected as an admin's during the cooling-off
    /// time; otherwise one admin alone could demote another, reset them, and promote them again.
    /// </summary>
    public bool IsPrivileged => Target.Role == Role.Admin || CoolingOff.Covers(Target.AdminUntil, Now);

    /// <summary>Whether the approver hands over: one of the two must be an admin, and that admin does.</summary>
    public bool ApproverHandsOver => Asker.Role != Role.Admin;

    /// <summary>Whether only an admin may approve.</summary>
    public bool NeedsAdmin => ApproverHandsOver || IsPrivileged;

    /// <summary>Why this account may not approve; null when it may, if its owner can sign in.</summary>
    public ApproverRefusal? RefusalOf(Account approver)
    {
        ArgumentNullException.ThrowIfNull(approver);
        return approver switch
        {
            _ when approver.Id == Asker.Id => ApproverRefusal.AskedThemselves,
            _ when !AgentAuthorization.MayHelp(approver, Target) => ApproverRefusal.Rank,
            _ when NeedsAdmin && approver.Role != Role.Admin => ApproverRefusal.NotAnAdmin,
            _ when CountsFrom(approver) > Now => ApproverRefusal.TooNew,
            _ => null,
        };
    }

    /// <summary>From when this account may approve, as far as its role and its enrollment are concerned.</summary>
    public UnixTime CountsFrom(Account approver)
    {
        ArgumentNullException.ThrowIfNull(approver);
        return UnixTime.Max(approver.RoleSince, approver.EnrolledAt ?? Now) + CoolingOff.Length;
    }
}

/// <summary>Finds the people who may approve.</summary>
public sealed class Approvers(TwoFactorDb database, AccountSeals seals, CoolingOffLimits coolingOff, TimeProvider time)
{
    public ApproverRule RuleFor(Account asker, Account target) => new(asker, target, coolingOff, time.Now());

    /// <summary>Everybody who may approve and can sign in.</summary>
    public async Task<IReadOnlyList<Account>> ListAsync(ApproverRule rule, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var agents = await database.Set<Account>().FromSqlRaw("SELECT o.* FROM account o WHERE " + UsableAdmin.CanSignIn).AsNoTracking()
            .Where(account => account.Role == Role.Admin || (account.Role == Role.Helpdesk && !rule.NeedsAdmin))
            .ToListAsync(cancellation);
        var right = new List<Account>();
        foreach (var agent in agents.Where(agent => rule.RefusalOf(agent) is null))
        {
            if (await seals.IsRightAsync(agent.Id, cancellation))
            {
                right.Add(agent);
            }
        }

        return right;
    }
}
