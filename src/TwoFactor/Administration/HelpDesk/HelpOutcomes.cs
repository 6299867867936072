namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;

/// <summary>The answer to an agent who helps: who asks, who approves, who hands over.</summary>
public abstract record HelpOutcome
{
    private HelpOutcome()
    {
    }

    public sealed record Mailed(HelpKind Kind, DateTimeOffset EndsAt) : HelpOutcome;

    /// <summary>A reset's ticket. Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOver(Token Ticket, DateTimeOffset EndsAt) : HelpOutcome;

    /// <summary>Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOverPass(RecoveryCode Pass, DateTimeOffset EndsAt) : HelpOutcome;

    /// <summary>Asked for; nothing is held yet. Somebody else must approve it.</summary>
    public sealed record AwaitsSecond(DateTimeOffset Until) : HelpOutcome;

    /// <summary>Asked for; nothing is held yet. There is nobody to approve it: whoever asked goes on alone once everybody who was told could object.</summary>
    public sealed record AwaitsTime(DateTimeOffset NotBefore) : HelpOutcome;

    /// <summary>Approved by a second person. The account is held; the admin who asked hands over.</summary>
    public sealed record Approved(HelpKind Kind) : HelpOutcome;

    public sealed record Incomplete(IReadOnlyList<HelpGap> Gaps) : HelpOutcome;

    /// <summary>The agent's own code.</summary>
    public sealed record CodeRefused(CodeVerdict Verdict) : HelpOutcome;

    public sealed record RankForbids : HelpOutcome;

    public sealed record Oneself : HelpOutcome;

    /// <summary>Whoever asked cannot approve.</summary>
    public sealed record OwnRequest : HelpOutcome;

    /// <summary>When it was asked for there was nobody to approve it. Now there is, and somebody must.</summary>
    public sealed record SecondCame(string Who) : HelpOutcome;

    /// <summary>This agent asked for the same, and it is not over.</summary>
    public sealed record AskedAlready : HelpOutcome;

    /// <summary>One of the two hands over, and that is an admin.</summary>
    public sealed record AdminMustApprove(string Asker) : HelpOutcome;

    public sealed record OtherHandsOver(string Admin) : HelpOutcome;

    /// <summary>An open reset was stopped.</summary>
    /// <param name="IsFrozen">A freeze stays.</param>
    public sealed record ResetStopped(bool IsFrozen) : HelpOutcome;

    /// <summary>No reset is open.</summary>
    public sealed record NoReset : HelpOutcome;

    /// <summary>It takes a second person and there is none; only after some time may an admin go on alone.</summary>
    public sealed record NobodyElse(string UserName, DateTimeOffset Until) : HelpOutcome;

    /// <summary>This agent has started too many today. Admins are told.</summary>
    public sealed record TooMany(int Most) : HelpOutcome;

    /// <summary>Somebody never enrolled gets an invitation.</summary>
    public sealed record NotEnrolledYet : HelpOutcome;

    /// <summary>A pass cannot help: the authenticator was switched off after many wrong codes.</summary>
    public sealed record GuardClosed : HelpOutcome;

    /// <summary>A pass cannot help: the account is held.</summary>
    public sealed record OnHold : HelpOutcome;

    /// <summary>The page was made under another epoch. The agent's code stays spent.</summary>
    public sealed record ChangedMeanwhile : HelpOutcome;

    /// <summary>What was asked for was stopped before it was handed over.</summary>
    public sealed record RequestStopped : HelpOutcome;

    /// <summary>What was asked for waits no longer: it was approved, ended or stopped.</summary>
    public sealed record NotWaiting : HelpOutcome;

    public sealed record NoSuchAccount : HelpOutcome;
}
