namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to an agent who helps: who asks, who approves, who hands over.</summary>
public abstract record HelpOutcome : IOutcome
{
    private HelpOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Mailed(HelpKind Kind, DateTimeOffset EndsAt) : HelpOutcome(commits: true);

    /// <summary>A reset's ticket. Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOver(Token Ticket, DateTimeOffset EndsAt) : HelpOutcome(commits: true);

    /// <summary>Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOverPass(RecoveryCode Pass, DateTimeOffset EndsAt) : HelpOutcome(commits: true);

    /// <summary>Asked for; nothing is held yet. Somebody else must approve it.</summary>
    public sealed record AwaitsSecond(DateTimeOffset Until) : HelpOutcome(commits: true);

    /// <summary>
    /// Asked for; nothing is held yet. There is nobody to approve it: whoever asked goes on alone once everybody who was told could
    /// object.
    /// </summary>
    public sealed record AwaitsTime(DateTimeOffset NotBefore) : HelpOutcome(commits: true);

    /// <summary>Approved by a second person. The account is held; the admin who asked hands over.</summary>
    public sealed record Approved(HelpKind Kind) : HelpOutcome(commits: true);

    public sealed record Incomplete(IReadOnlyList<HelpGap> Gaps) : HelpOutcome(commits: true);

    /// <summary>The agent's own code. One that was not judged is as if it had not been sent.</summary>
    public sealed record CodeRefused(CodeVerdict Verdict) : HelpOutcome(commits: Verdict.Stands);

    public sealed record RankForbids() : HelpOutcome(commits: true);

    public sealed record Oneself() : HelpOutcome(commits: true);

    /// <summary>Whoever asked cannot approve.</summary>
    public sealed record OwnRequest() : HelpOutcome(commits: true);

    /// <summary>When it was asked for there was nobody to approve it. Now there is, and somebody must.</summary>
    public sealed record SecondCame(string Who) : HelpOutcome(commits: true);

    /// <summary>This agent asked for the same, and it is not over.</summary>
    public sealed record AskedAlready() : HelpOutcome(commits: true);

    /// <summary>One of the two hands over, and that is an admin.</summary>
    public sealed record AdminMustApprove(string Asker) : HelpOutcome(commits: true);

    public sealed record OtherHandsOver(string Admin) : HelpOutcome(commits: true);

    /// <summary>An open reset was stopped.</summary>
    /// <param name="IsFrozen">A freeze stays.</param>
    public sealed record ResetStopped(bool IsFrozen) : HelpOutcome(commits: true);

    /// <summary>No reset is open.</summary>
    public sealed record NoReset() : HelpOutcome(commits: true);

    /// <summary>It takes a second person and there is none; only after some time may an admin go on alone.</summary>
    public sealed record NobodyElse(string UserName, DateTimeOffset Until) : HelpOutcome(commits: true);

    /// <summary>This agent has started too many today. Admins are told.</summary>
    public sealed record TooMany(int Most) : HelpOutcome(commits: true);

    /// <summary>Somebody never enrolled gets an invitation.</summary>
    public sealed record NotEnrolledYet() : HelpOutcome(commits: true);

    /// <summary>A pass cannot help: the authenticator was switched off after many wrong codes.</summary>
    public sealed record GuardClosed() : HelpOutcome(commits: true);

    /// <summary>A pass cannot help: the account is held.</summary>
    public sealed record OnHold() : HelpOutcome(commits: true);

    /// <summary>The page was made under another epoch. The agent's code stays spent.</summary>
    public sealed record ChangedMeanwhile() : HelpOutcome(commits: true);

    /// <summary>What was asked for was stopped before it was handed over.</summary>
    public sealed record RequestStopped() : HelpOutcome(commits: true);

    /// <summary>What was asked for waits no longer: it was approved, ended or stopped.</summary>
    public sealed record NotWaiting() : HelpOutcome(commits: true);

    public sealed record NoSuchAccount() : HelpOutcome(commits: true);

    /// <summary>What every reset and pass demands of an agent.</summary>
    internal static AgentAct<HelpOutcome> Helping { get; } = new(Requires.MayHelp, Refused) { RefusalKind = AuditKinds.ResetRefused };

    /// <summary>The agent's own code; null: it was accepted.</summary>
    internal static HelpOutcome? Of(CodeVerdict? refused) => refused is null ? null : new CodeRefused(refused);

    private static HelpOutcome Refused(AgentRefusal refusal) => refusal switch
    {
        AgentRefusal.NoSuchAccount => new NoSuchAccount(),
        AgentRefusal.Oneself => new Oneself(),
        _ => new RankForbids(),
    };
}
