namespace TwoFactor.Web.Text.Authenticators;

using TwoFactor.Authenticators.Recovery;

/// <summary>The text in place of new recovery codes that cannot be shown.</summary>
public static class RecoverySetText
{
    public static Sentence NotSavedYet => new("One thing is missing", "Save the codes, then say so here.");

    public static Sentence BusyMaking(TextContext text) => CommonText.Busy(text, "No codes were made.");

    public static Sentence For(PendingRecoverySet pending, TextContext text) => pending switch
    {
        PendingRecoverySet.Shown => throw new NoSentenceException(pending),
        PendingRecoverySet.None => new Sentence("There is nothing to save any more.", "Nothing was changed. Make new codes."),
        PendingRecoverySet.KeyMissing => CommonText.KeyMissing(text),
    };
}
