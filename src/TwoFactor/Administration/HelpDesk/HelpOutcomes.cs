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
    private HelpOutcome()
    {
    }

    public abstract bool Commits { get; }

    public sealed record Mailed(HelpKind Kind, DateTimeOffset EndsAt) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>A reset's ticket. Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOver(Token Ticket, DateTimeOffset EndsAt) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOverPass(RecoveryCode Pass, DateTimeOffset EndsAt) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>Asked for; nothing is held yet. Somebody else must approve it.</summary>
    public sealed record AwaitsSecond(DateTimeOffset Until) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>
    /// Asked for; nothing is held yet. There is nobody to approve it: whoever asked goes on alone once everybody who was told could
    /// object.
    /// </summary>
    public sealed record AwaitsTime(DateTimeOffset NotBefore) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>Approved by a second person. The account is held; the admin who asked hands over.</summary>
    public sealed record Approved(HelpKind Kind) : HelpOutcome
    {
        public override bool Commits => true;
    }

    public sealed record Incomplete(IReadOnlyList<HelpGap> Gaps) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>The agent's own code. One that was not judged is as if it had not been sent.</summary>
    public sealed record CodeRefused(CodeVerdict Verdict) : HelpOutcome
    {
        public override bool Commits => Verdict is not (CodeVerdict.KeyMissing or CodeVerdict.Busy);
    }

    public sealed record RankForbids : HelpOutcome
    {
        public override bool Commits => true;
    }

    public sealed record Oneself : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>Whoever asked cannot approve.</summary>
    public sealed record OwnRequest : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>When it was asked for there was nobody to approve it. Now there is, and somebody must.</summary>
    public sealed record SecondCame(string Who) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>This agent asked for the same, and it is not over.</summary>
    public sealed record AskedAlready : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>One of the two hands over, and that is an admin.</summary>
    public sealed record AdminMustApprove(string Asker) : HelpOutcome
    {
        public override bool Commits => true;
    }

    public sealed record OtherHandsOver(string Admin) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>An open reset was stopped.</summary>
    /// <param name="IsFrozen">A freeze stays.</param>
    public sealed record ResetStopped(bool IsFrozen) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>No reset is open.</summary>
    public sealed record NoReset : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>It takes a second person and there is none; only after some time may an admin go on alone.</summary>
    public sealed record NobodyElse(string UserName, DateTimeOffset Until) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>This agent has started too many today. Admins are told.</summary>
    public sealed record TooMany(int Most) : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>Somebody never enrolled gets an invitation.</summary>
    public sealed record NotEnrolledYet : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>A pass cannot help: the authenticator was switched off after many wrong codes.</summary>
    public sealed record GuardClosed : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>A pass cannot help: the account is held.</summary>
    public sealed record OnHold : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>The page was made under another epoch. The agent's code stays spent.</summary>
    public sealed record ChangedMeanwhile : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>What was asked for was stopped before it was handed over.</summary>
    public sealed record RequestStopped : HelpOutcome
    {
        public override bool Commits => true;
    }

    /// <summary>What was asked for waits no longer: it was approved, ended or stopped.</summary>
    public sealed record NotWaiting : HelpOutcome
    {
        public override bool Commits => true;
    }

    public sealed record NoSuchAccount : HelpOutcome
    {
        public override bool Commits => true;
    }

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
