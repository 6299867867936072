namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;

/// <summary>The text of a mailed link that leads to no form.</summary>
public static class LinkText
{
    public static Sentence NotComplete => new(
        "This link is not complete.", "Copy the whole address from the mail.", Status: StatusCodes.Status404NotFound);

    public static Sentence For(LinkState state, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return state switch
        {
            LinkState.Open => throw new NoSentenceException(state),
            LinkState.Ended(var at) => new Sentence($"This link ended on {Times.Moment(at)}.", "Nothing on your account has changed."),
            LinkState.Used(var at) => new Sentence(
                $"This was used on {Times.Moment(at)}.", $"Was it you? Sign in. Not you? Contact {text.Support} now."),
            LinkState.Replaced => new Sentence(
                "This link was replaced by a newer one, or stopped.", $"Look for the newest mail, or contact {text.Support}."),
            LinkState.Unknown => NotComplete,
        };
    }
}
