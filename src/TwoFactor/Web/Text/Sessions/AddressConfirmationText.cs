namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions.SelfService;
using TwoFactor.Web.Text.Administration;

/// <summary>The text of a link to a new mail address that leads to no form.</summary>
public static class AddressConfirmationText
{
    public static Sentence For(AddressLinkState state, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return state switch
        {
            AddressLinkState.Asks => throw new NoSentenceException(state),
            AddressLinkState.Confirmed(var at) => new Sentence(
                $"This was used on {Times.Moment(at)}.", $"Was it you? Nothing to do. Not you? Contact {text.Support} now."),
            AddressLinkState.Over => new Sentence(
                "This link no longer works.", "Nothing was changed by it. Sign in, and enter the address again under \"Mail addresses\"."),
            AddressLinkState.Unknown => LinkText.NotComplete,
        };
    }
}
