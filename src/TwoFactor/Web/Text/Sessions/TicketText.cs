namespace TwoFactor.Web.Text.Sessions;

using TwoFactor.Sessions;

/// <summary>The text after a ticket.</summary>
public static class TicketText
{
    public static Sentence For(TicketOutcome outcome, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return outcome switch
        {
            TicketOutcome.Opened => throw new NoSentenceException(outcome),
            TicketOutcome.Wrong => new Sentence("That ticket did not work.", "Capital letters do not matter."),
            TicketOutcome.Over(var at) => new Sentence($"This ticket ended on {Times.Moment(at)}.", $"Ask {text.Support} for a new one."),
            TicketOutcome.Changed => new Sentence(
                "This ticket works no longer: your account was changed since.", $"Ask {text.Support} for a new one."),
            TicketOutcome.StartAgain => CommonText.StartAgain,
            TicketOutcome.KeyMissing => CommonText.KeyMissing(text),
        };
    }
}
