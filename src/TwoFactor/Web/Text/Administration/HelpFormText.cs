namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;

/// <summary>The text of what is missing in the form of a reset or a pass.</summary>
public static class HelpFormText
{
    public const string NotComplete = "The form is not complete";

    public static Sentence For(HelpFormProblem gap, string name) => new(Title(gap), Text(gap, name));

    public static string Title(HelpFormProblem gap) => gap switch
    {
        HelpFormProblem.TooLong => "That was too long",
        HelpFormProblem.HandOverNeedsBadge => "This can only go by mail",
        HelpFormProblem.BadgeNotSeen => "One thing is missing",
        HelpFormProblem.MailInDoubt => "This cannot go by mail",
        _ => NotComplete,
    };

    public static string Text(HelpFormProblem gap, string name) => gap switch
    {
        HelpFormProblem.Verified => $"Choose how you checked that this is {name}.",
        HelpFormProblem.Note => "Say in a few words how you checked.",
        HelpFormProblem.Reason => $"Say why. {name} will read this.",
        HelpFormProblem.TooLong => $"Use at most {AuditDetail.LongestTyped} characters.",
        HelpFormProblem.Delivery => "Choose how it reaches its owner.",
        HelpFormProblem.HandOverNeedsBadge => "Handing it over takes an admin who saw a badge in person.",
        HelpFormProblem.BadgeNotSeen => $"Hand it over only with {name} before you, and say that you saw the badge.",
        HelpFormProblem.MailInDoubt => $"{name}'s password was set by a mailed link, or a mail address was changed, "
            + "and nobody has signed in fully since. Hand it over in person.",
        _ => throw new ArgumentOutOfRangeException(nameof(gap)),
    };

    /// <summary>The text of a missing reason, for every form that asks an agent for one.</summary>
    public static Sentence ReasonMissing => new(NotComplete, $"Say why, in at most {AuditDetail.LongestTyped} characters.");
}
