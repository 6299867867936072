namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Accounts;
using TwoFactor.Keys;

/// <summary>What an agent gives to somebody who cannot sign in.</summary>
public enum HelpKind
{
    /// <summary>A new authenticator in place of all older ones: the phone is lost or new.</summary>
    Reset,

    /// <summary>One sign-in without the phone, which is at home. It changes no factor.</summary>
    Pass,

    /// <summary>Nothing is given: the account was switched off. It only counts for the agent's daily limit, and is never open.</summary>
    SwitchOff,
}

/// <summary>How an agent made sure who is asking.</summary>
public enum Verification
{
    CallBack,
    Badge,
    Manager,
    Other,
}

/// <summary>How a ticket or pass reaches its owner.</summary>
public enum Delivery
{
    Mail,

    /// <summary>Shown once to an admin, who hands it over in person.</summary>
    HandOver,
}

/// <summary>What an agent filled in.</summary>
/// <param name="Epoch">The epoch of the target's guard when the agent's page was made. It lets only one of two simultaneous requests
/// through.</param>
public sealed record HelpForm(
    HelpKind Kind, Guid Target, Epoch Epoch, string? Code, Verification? Verified, string? Note, string? Reason, Delivery? Delivery)
{
    /// <summary>What is missing in the form, checked before a code is charged; null when nothing is.</summary>
    /// <param name="isInDoubt">Whether the target's mailbox is not trusted.</param>
    /// <param name="isJoint">Whether a second person or a notice period comes between this form and the hand-over. The agent who hands over
    /// then says how the owner was checked.</param>
    internal HelpOutcome? Missing(Role agent, bool isInDoubt, bool isJoint)
    {
        var gaps = new List<HelpFormProblem>();
        if (Verified is null)
        {
            gaps.Add(HelpFormProblem.Verified);
        }
        else if (Verified == Verification.Other && AuditDetail.IsMissing(Note))
        {
            gaps.Add(HelpFormProblem.Note);
        }

        if (AuditDetail.IsMissing(Reason))
        {
            gaps.Add(HelpFormProblem.Reason);
        }

        if (AuditDetail.IsTooLong(Reason) || AuditDetail.IsTooLong(Note))
        {
            gaps.Add(HelpFormProblem.TooLong);
        }

        if (!isJoint && GapOfDelivery(agent, isInDoubt) is { } gap)
        {
            gaps.Add(gap);
        }

        return gaps.Count == 0 ? null : new HelpOutcome.Incomplete(gaps);
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
        return AuditDetail.Sanitize(Note) is { } note ? $"{words}: {note}" : words;
    }

    private HelpFormProblem? GapOfDelivery(Role agent, bool isInDoubt) => Delivery switch
    {
        null => HelpFormProblem.Delivery,
        Administration.HelpDesk.Delivery.HandOver when agent != Role.Admin || Verified != Verification.Badge =>
            HelpFormProblem.HandOverNeedsBadge,
        Administration.HelpDesk.Delivery.Mail when isInDoubt => HelpFormProblem.MailInDoubt,
        _ => null,
    };
}

public enum HelpFormProblem
{
    Verified,
    Note,
    Reason,
    TooLong,
    Delivery,
    HandOverNeedsBadge,

    /// <summary>The agent who hands over must have seen the person's badge.</summary>
    BadgeNotSeen,

    /// <summary>
    /// The mailbox is not trusted after a mailed link or a changed address, until a full sign-in: whoever controls it would get the ticket.
    /// </summary>
    MailInDoubt,
}
