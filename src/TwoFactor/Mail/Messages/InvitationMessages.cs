namespace TwoFactor.Mail.Messages;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What an invitation carries.</summary>
/// <param name="EnrollBy">The date to enroll by; null when none is set.</param>
/// <param name="HasPhone">Whether the app that the person uses already keeps working, so that only a password is asked for.</param>
public sealed record InvitationFacts(Token Invitation, Token NotMe, UnixTime EndsAt, UnixTime? EnrollBy = null, bool HasPhone = false);

/// <summary>The mails that carry an invitation: the first, and the reminders.</summary>
public sealed class InvitationMessages(MailLayout layout)
{
    public MailMessage Invitation(Recipient to, Token invitation, Token notMe, UnixTime endsAt) =>
        Invitation(to, new InvitationFacts(invitation, notMe, endsAt));

    public MailMessage Invitation(Recipient to, InvitationFacts facts)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"You are invited to {layout.Brand.Name}. {What(facts)}:", layout.Link("/invitation/", facts.Invitation));
        return layout.Finish(MailKinds.Invitation, to, $"You are invited to {layout.Brand.Name}", Build(body, to, facts));
    }

    /// <summary>To somebody whose account is not set up yet. Its link replaces the older one.</summary>
    public MailMessage Reminder(Recipient to, InvitationFacts facts)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        var now = layout.Now;
        var when = facts.EnrollBy switch
        {
            null => $"Your account at {layout.Brand.Name} is not set up yet.",
            { } by when by < now => $"Your account at {layout.Brand.Name} should have been set up by {Day(by)}. That day has passed.",
            { } by => $"Your account at {layout.Brand.Name} is not set up yet. Please do it by {Day(by)}.",
        };
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"{when} {What(facts)}:", layout.Link("/invitation/", facts.Invitation))
            .Says("This link takes the place of the one in an earlier mail.");
        return layout.Finish(MailKinds.Reminder, to, $"Reminder: you are invited to {layout.Brand.Name}", Build(body, to, facts));
    }

    private static string What(InvitationFacts facts) => facts.HasPhone
        ? "Choose a password. The authenticator app that you have goes on working, and there is nothing to scan"
        : "Choose a password, then set up your authenticator app";

    private MailBody Build(MailBody body, Recipient to, InvitationFacts facts)
    {
        body.Fact("Your username", to.UserName)
            .Fact("Who and why", $"An admin made this account for you, so that you can sign in to {layout.Brand.Name}.")
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("The link works until", MailLayout.Moment(facts.EndsAt));
        if (facts.EnrollBy is { } by)
        {
            body.Fact("Set up by", Day(by));
        }

        return body
            .Asks("Was it you?", "Open the link above.")
            .Asks("Not you?", "If you did not expect this, stop it here:", layout.Link("/not-me/", facts.NotMe));
    }

    private static string Day(UnixTime at) =>
        at.ToDateTimeOffset().ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
}
