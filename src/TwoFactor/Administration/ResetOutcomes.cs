namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;

/// <summary>How an agent made sure who is asking.</summary>
public enum Verification
{
    CallBack,
    Badge,
    Manager,
    Other,
}

/// <summary>How a ticket reaches its owner.</summary>
public enum Delivery
{
    Mail,

    /// <summary>Shown once to an admin, who hands it over in person.</summary>
    HandOver,
}

/// <summary>What an agent filled in.</summary>
/// <param name="Epoch">Of the target's guard when the agent's page was made: of two approvals at once it lets one through.</param>
public sealed record ResetRequest(
    Guid Target, long Epoch, string? Code, Verification? Verified, string? Note, string? Reason, Delivery? Delivery)
{
    /// <summary>Characters.</summary>
    public const int LongestText = 400;

    /// <summary>What the form lacks, before anything is charged.</summary>
    /// <param name="isInDoubt">The target's mail is not relied upon.</param>
    internal ResetOutcome? Missing(Role agent, bool isInDoubt)
    {
        var gaps = new List<ResetGap>();
        if (Verified is null)
        {
            gaps.Add(ResetGap.Verified);
        }
        else if (Verified == Verification.Other && Administration.Reason.Clean(Note) is null)
        {
            gaps.Add(ResetGap.Note);
        }

        if (Administration.Reason.Clean(Reason) is null)
        {
            gaps.Add(ResetGap.Reason);
        }

        if (Reason?.Length > LongestText || Note?.Length > LongestText)
        {
            gaps.Add(ResetGap.TooLong);
        }

        if (Delivery is null)
        {
            gaps.Add(ResetGap.Delivery);
        }
        else if (Delivery == Administration.Delivery.HandOver && (agent != Role.Admin || Verified != Verification.Badge))
        {
            gaps.Add(ResetGap.HandOverNeedsBadge);
        }
        else if (Delivery == Administration.Delivery.Mail && isInDoubt)
        {
            gaps.Add(ResetGap.MailInDoubt);
        }

        return gaps.Count == 0 ? null : new ResetOutcome.Incomplete(gaps);
    }

    internal string VerifiedWords()
    {
        var words = Verified switch
        {
            Verification.CallBack => "called back on the number in the directory",
            Verification.Badge => "in person with a badge",
            Verification.Manager => "a manager confirmed by video",
            _ => "other",
        };
        return Administration.Reason.Clean(Note) is { } note ? $"{words}: {note}" : words;
    }
}

public enum ResetGap
{
    Verified,
    Note,
    Reason,
    TooLong,
    Delivery,
    HandOverNeedsBadge,

    /// <summary>After a mailed link or a changed address, until a full sign-in: whoever has the mailbox would have the ticket.</summary>
    MailInDoubt,
}

/// <summary>The answer to an approval.</summary>
public abstract record ResetOutcome
{
    private ResetOutcome()
    {
    }

    public sealed record Mailed(DateTimeOffset EndsAt) : ResetOutcome;

    /// <summary>Shown once, to nobody but an admin or the console.</summary>
    public sealed record HandOver(Token Ticket, DateTimeOffset EndsAt) : ResetOutcome;

    public sealed record Incomplete(IReadOnlyList<ResetGap> Gaps) : ResetOutcome;

    /// <summary>The agent's own code.</summary>
    public sealed record CodeRefused(CodeVerdict Verdict) : ResetOutcome;

    public sealed record RankForbids : ResetOutcome;

    public sealed record Oneself : ResetOutcome;

    /// <summary>A mailed link set the password, or an address was changed: one agent who was talked round is not enough.</summary>
    /// <param name="Since">When that was.</param>
    public sealed record NeedsSecondApprover(string UserName, DateTimeOffset Since) : ResetOutcome;

    /// <summary>Somebody never enrolled gets an invitation.</summary>
    public sealed record NotEnrolledYet : ResetOutcome;

    /// <summary>The page was made under another epoch. The agent's code stays spent.</summary>
    public sealed record ChangedMeanwhile : ResetOutcome;

    public sealed record NoSuchAccount : ResetOutcome;
}
