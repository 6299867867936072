namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;

/// <summary>The text of a "not me" link that can no longer be used.</summary>
public static class NotMeText
{
    public static Sentence For(NotMeState state, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return state switch
        {
            NotMeState.Asks => throw new NoSentenceException(state),
            NotMeState.Stopped(_, true) => new Sentence("Stopped. Nobody can sign in as you now.", $"Please contact {text.Support}."),
            NotMeState.Stopped(var at, _) => new Sentence(
                $"This was stopped on {Times.Moment(at)}.",
                $"Your account was set up again since. Is something wrong? Contact {text.Support} now."),
            NotMeState.Over(var at) => new Sentence(
                $"This link ended on {Times.Moment(at)}.", $"Is something wrong with your sign-in? Contact {text.Support} now."),
            NotMeState.Unknown => LinkText.NotComplete,
        };
    }
}
