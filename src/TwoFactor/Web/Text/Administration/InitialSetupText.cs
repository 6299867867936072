namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;

/// <summary>The text of a set-up link that cannot be used.</summary>
public static class InitialSetupText
{
    public static Sentence For(SetupState state) => state switch
    {
        SetupState.Open => throw new NoSentenceException(state),
        SetupState.EarlierStart => new Sentence(
            "This link was for an earlier start.",
            "The newest one is on the terminal, or in the file setup-link of the data directory.",
            Status: StatusCodes.Status404NotFound),
        SetupState.Unknown => new Sentence("There is no such page.", Status: StatusCodes.Status404NotFound),
    };
}
