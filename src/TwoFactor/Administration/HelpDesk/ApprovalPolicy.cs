namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Storage;

/// <summary>What a reset or a pass needs besides one agent.</summary>
public abstract record ApprovalRequirement
{
    private ApprovalRequirement()
    {
    }

    /// <summary>The agent alone is enough.</summary>
    public sealed record None : ApprovalRequirement;

    /// <param name="Approvers">Everybody who could approve; one of them is enough.</param>
    public sealed record SecondApprover(IReadOnlyList<Account> Approvers) : ApprovalRequirement;

    /// <summary>Nobody could approve: everybody is notified, and the notice period must pass.</summary>
    public sealed record NoticePeriod(UnixTime Until) : ApprovalRequirement;

    /// <summary>Nobody could approve, and the mailbox may be in a thief's hands: nothing happens before this moment.</summary>
    public sealed record Blocked(UnixTime Until) : ApprovalRequirement;
}

/// <summary>
/// Decides when one agent is not enough: the target is an admin, its mailbox is not trusted, or the policy asks for two people everywhere.
/// </summary>
public sealed class ApprovalPolicy(Approvers approvers, HelpLimits limits, CoolingOffLimits coolingOff, TimeProvider time)
{
    private UnixTime Now => time.Now();

    /// <summary>How far the target's mailbox is trusted. Unless it is trusted, no ticket is mailed.</summary>
    public MailboxTrust TrustOf(Account target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return MailboxTrusts.At(Now, target.UntrustedSince, target.ReverifiedAt, coolingOff);
    }

    public async Task<ApprovalRequirement> RequirementAsync(Account agent, Account target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(target);
        var trust = TrustOf(target);
        var rule = approvers.RuleFor(agent, target);
        if (trust == MailboxTrust.Trusted && !rule.IsPrivileged && limits.SecondForAll == 0)
        {
            return new ApprovalRequirement.None();
        }

        if (await approvers.ListAsync(rule, cancellation) is { Count: > 0 } found)
        {
            return new ApprovalRequirement.SecondApprover(found);
        }

        // Nobody else can approve: the owner must have had time to object to the mailed link or new address, and an admin must hand over.
        var doubtEnds = trust == MailboxTrust.Trusted ? default : (target.UntrustedSince ?? default) + coolingOff.Length;
        var notice = Now + limits.NoticePeriod;
        return trust switch
        {
            _ when rule.IsPrivileged => new ApprovalRequirement.NoticePeriod(UnixTime.Max(notice, doubtEnds)),
            MailboxTrust.CoolingOff => new ApprovalRequirement.Blocked(doubtEnds),
            _ when agent.Role != Role.Admin => new ApprovalRequirement.Blocked(doubtEnds),
            _ when limits.SecondForAll == 1 => new ApprovalRequirement.NoticePeriod(notice),
            _ => new ApprovalRequirement.None(),
        };
    }
}
