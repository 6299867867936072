namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to an agent who asks for a reset or a pass, approves it, or hands it over.</summary>
public abstract record HelpOutcome : IOutcome
{
    private HelpOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Mailed(HelpKind Kind, DateTimeOffset EndsAt) : HelpOutcome(commits: true);

    /// <summary>A reset's ticket. It is shown once, only to an admin or the console.</summary>
    public sealed record HandOver(Token Ticket, DateTimeOffset EndsAt) : HelpOutcome(commits: true);

    /// <summary>A pass. It is shown once, only to an admin or the console.</summary>
    public sealed record HandOverPass(RecoveryCode Pass, DateTimeOffset EndsAt) : HelpOutcome(commits: true);

    /// <summary>The request is made. The account is not held yet; somebody else must approve.</summary>
    public sealed record AwaitsSecond(DateTimeOffset Until) : HelpOutcome(commits: true);

    /// <summary>
    /// The request is made. The account is not held yet. Nobody could approve it: the agent may go on alone after the time in which
    /// everybody who was notified could object.
    /// </summary>
    public sealed record AwaitsTime(DateTimeOffset NotBefore) : HelpOutcome(commits: true);

    /// <summary>A second person approved it. For a reset the account is now held. The admin who asked hands over.</summary>
    public sealed record Approved(HelpKind Kind) : HelpOutcome(commits: true);

    public sealed record Incomplete(IReadOnlyList<HelpFormProblem> Gaps) : HelpOutcome(commits: true);

    /// <summary>The agent's own code was refused. A code that was not judged leaves no trace.</summary>
    public sealed record CodeRefused(CodeVerdict Verdict) : HelpOutcome(commits: Verdict.Commits);

    public sealed record RankForbids() : HelpOutcome(commits: true);

    public sealed record Oneself() : HelpOutcome(commits: true);

    /// <summary>The agent who asked cannot approve.</summary>
    public sealed record OwnRequest() : HelpOutcome(commits: true);

    /// <summary>Nobody could approve when the request was made. Now somebody can, and must.</summary>
    public sealed record ApproverNowAvailable(string Who) : HelpOutcome(commits: true);

    /// <summary>This agent has already made the same request, and it is still open.</summary>
    public sealed record AskedAlready() : HelpOutcome(commits: true);

    /// <summary>An admin must approve.</summary>
    /// <param name="Asker">Who asked and is no admin, so that the approver must hand over; null when the account was an admin's until
    /// recently.</param>
    public sealed record AdminMustApprove(string? Asker) : HelpOutcome(commits: true);

    /// <summary>The agent's role or enrollment is too recent to approve anything.</summary>
    public sealed record TooNewToApprove(DateTimeOffset From) : HelpOutcome(commits: true);

    public sealed record OtherHandsOver(string Admin) : HelpOutcome(commits: true);

    /// <summary>An open reset was cancelled.</summary>
    /// <param name="IsFrozen">Whether the account stays frozen.</param>
    public sealed record ResetStopped(bool IsFrozen) : HelpOutcome(commits: true);

    /// <summary>No reset is open.</summary>
    public sealed record NoReset() : HelpOutcome(commits: true);

    /// <summary>A second person is needed and there is none; only after some time may an admin go on alone.</summary>
    public sealed record NoApprover(string UserName, DateTimeOffset Until) : HelpOutcome(commits: true);

    /// <summary>This agent has started too many today. The admins are notified.</summary>
    public sealed record TooMany(int Most) : HelpOutcome(commits: true);

    /// <summary>The account has never enrolled: it needs an invitation.</summary>
    public sealed record NotEnrolledYet() : HelpOutcome(commits: true);

    /// <summary>A pass cannot help: the authenticator was switched off after many wrong codes.</summary>
    public sealed record GuardClosed() : HelpOutcome(commits: true);

    /// <summary>A pass cannot help: the account is held.</summary>
    public sealed record AccountHeld() : HelpOutcome(commits: true);

    /// <summary>The page was made under another epoch. The agent's code stays spent.</summary>
    public sealed record ChangedMeanwhile() : HelpOutcome(commits: true);

    /// <summary>The request was stopped before anything was handed over.</summary>
    public sealed record RequestStopped() : HelpOutcome(commits: true);

    /// <summary>The request no longer waits: it was approved, has ended or was stopped.</summary>
    public sealed record NotWaiting() : HelpOutcome(commits: true);

    public sealed record NoSuchAccount() : HelpOutcome(commits: true);

    /// <summary>What every reset and pass requires of an agent.</summary>
    internal static AgentAct<HelpOutcome> Helping { get; } = new(Requires.MayHelp, Refused) { RefusalKind = AuditKinds.ResetRefused };

    /// <summary>Why this agent may not approve a request; null when the agent may.</summary>
    public static HelpOutcome? ForApprover(OpenRequest open, Account agent) => open.Approvers.RefusalOf(agent) switch
    {
        null => null,
        ApproverRefusal.AskedThemselves => new OwnRequest(),
        ApproverRefusal.Rank => new RankForbids(),
        ApproverRefusal.NotAnAdmin => new AdminMustApprove(open.ApproverHandsOver ? open.Agent.Name : null),
        ApproverRefusal.TooNew => new TooNewToApprove(open.Approvers.CountsFrom(agent).ToDateTimeOffset()),
        _ => throw new InvalidOperationException("There is no such refusal."),
    };

    /// <summary>The refusal of the agent's own code; null when it was accepted.</summary>
    internal static HelpOutcome? Of(CodeVerdict? refused) => refused is null ? null : new CodeRefused(refused);

    private static HelpOutcome Refused(AgentRefusal refusal) => refusal switch
    {
        AgentRefusal.NoSuchAccount => new NoSuchAccount(),
        AgentRefusal.Oneself => new Oneself(),
        _ => new RankForbids(),
    };
}
