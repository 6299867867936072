namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration.HelpDesk;

/// <summary>The text of what is missing in the form of a reset or a pass.</summary>
public static class HelpFormText
{
    public const string NotComplete = "The form is not complete";

    public static Sentence For(HelpGap gap, string name) => new(Title(gap), Text(gap, name));

    public static string Title(HelpGap gap) => gap switch
    {
        HelpGap.TooLong => "That was too long",
        HelpGap.HandOverNeedsBadge => "This can only go by mail",
        HelpGap.BadgeNotSeen => "One thing is missing",
        HelpGap.MailInDoubt => "This cannot go by mail",
        _ => NotComplete,
    };

    public static string Text(HelpGap gap, string name) => gap switch
    {
        HelpGap.Verified => $"Choose how you checked that this is {name}.",
        HelpGap.Note => "Say in a few words how you checked.",
        HelpGap.Reason => $"Say why. {name} will read this.",
        HelpGap.TooLong => $"Use at most {HelpForm.LongestText} characters.",
        HelpGap.Delivery => "Choose how it reaches its owner.",
        HelpGap.HandOverNeedsBadge => "Handing it over takes an admin who saw a badge in person.",
        HelpGap.BadgeNotSeen => $"Hand it over only with {name} before you, and say that you saw the badge.",
        HelpGap.MailInDoubt => $"{name}'s password was set by a mailed link, or a mail address was changed, "
            + "and nobody has signed in fully since. Hand it over in person.",
        _ => throw new ArgumentOutOfRangeException(nameof(gap)),
    };

    /// <summary>The text of a missing reason, for every form that asks an agent for one.</summary>
    public static Sentence ReasonMissing => new(NotComplete, $"Say why, in at most {HelpForm.LongestText} characters.");
}
