namespace TwoFactor.Mail;

using System.Globalization;
using TwoFactor.Keys;

/// <summary>Every letter that this program writes. A link in a letter opens a page that asks: mail scanners open links.</summary>
public sealed partial class MailMessages(PublicUrl publicUrl, Brand brand, TimeProvider time)
{
    /// <param name="endsAt">Unix seconds.</param>
    public MailMessage Ticket(Recipient to, Token ticket, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(ticket);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"This is your ticket to set up your authenticator for {brand.Name} again. It needs your password too.")
            .Fact("Your ticket", ticket.RevealInGroups())
            .Says("Type it after your password, or open this link:", Link("/sign-in/ticket/", ticket))
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "A reset of your sign-in was started. Another mail says who started it and why.")
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Fact("The ticket works until", Moment(endsAt))
            .Asks("Was it you?", "Use the ticket. Give it to nobody, not even to the person who sent it.")
            .Asks("Not you?", "Do not use the ticket. The other mail has a link that stops the reset.");
        return Finish(MailKinds.Ticket, to, "Set up your authenticator again: your ticket", body);
    }

    public MailMessage ResetStarted(Recipient to, ResetFacts facts, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = Build(
                new MailBody()
                    .Says($"{to.Name},")
                    .Says($"The help desk started a reset of your sign-in to {brand.Name}. "
                        + "Your sessions have ended, and your codes stop working until you set up again."),
                facts)
            .Asks("Was it you?", "Nothing to do. Your ticket comes in a second mail, or is handed to you in person.")
            .Asks("Still have your phone?", "Sign in and cancel it with a code:", publicUrl.Link("/sign-in"))
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(MailKinds.ResetStarted, to, "The help desk started a reset of your sign-in", body);
    }

    /// <summary>To every other admin, when the console resets anybody or gives a pass.</summary>
    public MailMessage ResetNotice(Recipient admin, string targetName, string targetUserName, ResetFacts facts, bool isPass = false)
    {
        ArgumentNullException.ThrowIfNull(admin);
        ArgumentNullException.ThrowIfNull(facts);
        var body = Build(
                new MailBody()
                    .Says($"{admin.Name},")
                    .Says(isPass ? $"A pass for {targetName}'s sign-in to {brand.Name} was given on the server." : $"A reset of {targetName}'s sign-in to {brand.Name} was started on the server.")
                    .Fact("Account", $"{targetName} ({targetUserName})"),
                facts)
            .Asks("Was it you?", "Nothing to do.")
            .Asks("Not you?", $"Ask {targetName}, and whoever looks after the server. What happened stands in the audit log:", publicUrl.Link("/admin/audit"));
        return Finish(MailKinds.ResetNotice, admin, isPass ? "A pass was given on the server" : "A sign-in is being reset on the server", body);
    }

    /// <summary>To whoever asked for it at the sign-in. It changes nothing by itself, so that there is nothing to stop.</summary>
    /// <param name="endsAt">Unix seconds.</param>
    public MailMessage PasswordLink(Recipient to, Token link, string browser, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(link);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"Somebody asked for a new password for your account at {brand.Name}. Choose it here:", Link("/reset-password/", link))
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Fact("Browser", browser)
            .Fact("The link works until", Moment(endsAt))
            .Asks("Was it you?", "Open the link above. Signing in still takes a code.")
            .Asks("Not you?", "Nothing to do. Nothing was changed, and only this link could. Give it to nobody.");
        return Finish(MailKinds.PasswordLink, to, "Choose a new password", body);
    }

    private string NotMeWords => $"Stop it here. Nobody can sign in as you until {brand.SupportText} has spoken with you:";

    private static MailBody Build(MailBody body, ResetFacts facts)
    {
        body.Fact("Who", facts.By);
        if (facts.Reason is { } reason)
        {
            body.Fact("Why", reason);
        }

        if (facts.Verified is { } verified)
        {
            body.Fact("How it was checked who asked", verified);
        }

        return body.Fact("When", Moment(facts.At));
    }

    private static string Moment(long at) =>
        DateTimeOffset.FromUnixTimeSeconds(at).ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private string Link(string path, Token token) => publicUrl.Link(path + token.Reveal());

    private MailMessage Finish(string kind, Recipient to, string subject, MailBody body)
    {
        body.Says($"Questions? Contact {brand.SupportText}.", brand.SupportUrl)
            .Rule()
            .Says("We never ask for a code, a recovery code or a password by mail or phone.");
        var title = SingleLineText.From(subject);
        return new MailMessage(kind, to.Account, to.Mail, SingleLineText.From(to.Name), title, body.ToText(), body.ToHtml(title));
    }
}
