namespace TwoFactor.Mail.Messages;

using System.Globalization;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What every notice to an owner carries.</summary>
/// <param name="Browser">Browser and system in our own words, never the request's text.</param>
/// <param name="NotMe">The token of the link that stops the change.</param>
public sealed record NotificationContext(Recipient To, string Browser, UnixTime At, Token NotMe);

/// <summary>
/// Mails to the owner of an account: those that carry a proof, those about something that has ended, and the <see cref="OwnerNotices"/>.
/// </summary>
public sealed class OwnerMessages(MailLayout layout)
{
    public MailMessage Notice<T>(OwnerNotice<T> notice, T details, NotificationContext context)
    {
        ArgumentNullException.ThrowIfNull(notice);
        ArgumentNullException.ThrowIfNull(context);
        var text = notice.Write(layout.Brand, details);
        var body = new MailBody().Says($"{context.To.Name},").Says(text.Fact);
        foreach (var (label, value) in text.Details)
        {
            body.Fact(label, value);
        }

        if (text.Agent is { } agent)
        {
            MailLayout.Build(body, agent);
        }
        else
        {
            body.Fact("Your username", context.To.UserName).Fact("When", MailLayout.Moment(context.At)).Fact("Browser", context.Browser);
        }

        body.Asks("Was it you?", text.WasItYou, text.WasItYouPage is { } page ? layout.Page(page) : null);
        if (text.Also is var (question, answer, also))
        {
            body.Asks(question, answer, layout.Page(also));
        }

        var stop = $"Stop it here. Nobody can sign in as you until {layout.Brand.SupportText} has spoken with you:";
        body.Asks(
            "Not you?", text.TellsOfPassword ? $"Somebody knows your password. {stop}" : stop, layout.Link("/not-me/", context.NotMe));
        return layout.Finish(notice, context.To, text.Subject, body);
    }

    public MailMessage Ticket(Recipient to, Token ticket, UnixTime endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(ticket);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"This is your ticket to set up your authenticator for {layout.Brand.Name} again. It needs your password too.")
            .Fact("Your ticket", ticket.RevealInGroups())
            .Says("Type it after your password, or open this link:", layout.Link("/sign-in/ticket/", ticket))
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "A reset of your sign-in was started. Another mail says who started it and why.")
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("The ticket works until", MailLayout.Moment(endsAt))
            .Asks("Was it you?", "Use the ticket. Give it to nobody, not even to the person who sent it.")
            .Asks("Not you?", "Do not use the ticket. The other mail has a link that stops the reset.");
        return layout.Finish(MailKinds.Ticket, to, "Set up your authenticator again: your ticket", body);
    }

    /// <param name="pass">As its owner types it.</param>
    public MailMessage Pass(Recipient to, string pass, UnixTime endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"This is your pass to sign in to {layout.Brand.Name} once without your phone. Enter it after your password, under "
                + "\"Use a recovery code\":", layout.Page("/sign-in"))
            .Fact("Your pass", pass)
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "The help desk gave you a pass. Another mail says who gave it and why.")
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("The pass works once, until", MailLayout.Moment(endsAt))
            .Asks("Was it you?", "Use the pass. Give it to nobody, not even to the person who sent it.")
            .Asks("Not you?", "Do not use the pass. The other mail has a link that stops it.");
        return layout.Finish(MailKinds.Pass, to, "Sign in without your phone: your pass", body);
    }

    /// <summary>
    /// To a person who asked for it at the sign-in. The mail changes nothing by itself, so it has no link that stops something.
    /// </summary>
    public MailMessage PasswordLink(Recipient to, Token link, string browser, UnixTime endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(link);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says(
                $"Somebody asked for a new password for your account at {layout.Brand.Name}. Choose it here:",
                layout.Link("/reset-password/", link))
            .Fact("Your username", to.UserName)
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("Browser", browser)
            .Fact("The link works until", MailLayout.Moment(endsAt))
            .Asks("Was it you?", "Open the link above. Signing in still takes a code.")
            .Asks("Not you?", "Nothing to do. Nothing was changed, and only this link could. Give it to nobody.");
        return layout.Finish(MailKinds.PasswordLink, to, "Choose a new password", body);
    }

    /// <summary>To a new address, which counts once its link was opened. Nothing is changed until then.</summary>
    public MailMessage AddressLink(Recipient to, Token link, string browser, UnixTime endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(link);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says(
                $"This mail address was entered for your account at {layout.Brand.Name}. Confirm it here:",
                layout.Link("/confirm-mail/", link))
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "Whoever entered it was signed in, and entered a code.")
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("Browser", browser)
            .Fact("The link works until", MailLayout.Moment(endsAt))
            .Asks("Was it you?", "Open the link above.")
            .Asks("Not you?", "Nothing to do. Nothing was changed, and only this link could. Give it to nobody.");
        return layout.Finish(MailKinds.AddressLink, to, "Confirm your mail address", body);
    }

    /// <summary>A link for a new password that an agent sends to the owner.</summary>
    public MailMessage PasswordLinkFromAgent(Recipient to, Token link, string by, UnixTime endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(link);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says(
                $"The help desk sends you a link for a new password at {layout.Brand.Name}. Choose it here:",
                layout.Link("/reset-password/", link))
            .Fact("Your username", to.UserName)
            .Fact("Who", by)
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("The link works until", MailLayout.Moment(endsAt))
            .Asks("Was it you?", "Open the link above. Signing in still takes a code.")
            .Asks(
                "Not you?",
                "Nothing to do. Nothing was changed, and only this link could. Give it to nobody, not even to the person who sent it.");
        return layout.Finish(MailKinds.PasswordLink, to, "Choose a new password", body);
    }

    /// <summary>To the owner, after "not me" was pressed in a mail: the person who pressed it can read the mailbox.</summary>
    public MailMessage SignInStopped(Recipient to, string browser)
    {
        ArgumentNullException.ThrowIfNull(to);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"Your sign-in to {layout.Brand.Name} was stopped. Nobody can sign in as you until {layout.Brand.SupportText} has "
                + "spoken with you.")
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "Somebody said in a mail to you that a change was not theirs.")
            .Fact("When", MailLayout.Moment(layout.Now))
            .Fact("Browser", browser)
            .Asks("Was it you?", $"Contact {layout.Brand.SupportText}, who has been told.")
            .Asks(
                "Not you?",
                $"Somebody reads your mail. Contact {layout.Brand.SupportText}. Who that is stands here, too:",
                layout.Page("/sign-in/help"));
        return layout.Finish(MailKinds.SignInStopped, to, "Your sign-in was stopped", body);
    }

    /// <summary>
    /// After many wrong passwords, which any stranger can type. So it has no link that freezes the account: strangers are not to lead the
    /// owner to lock the account.
    /// </summary>
    public MailMessage PasswordSwitchedOff(Recipient to, int count)
    {
        ArgumentNullException.ThrowIfNull(to);
        var wrong = string.Create(CultureInfo.InvariantCulture, $"{count} wrong passwords");
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"Somebody typed {wrong} in a row for your account at {layout.Brand.Name}, in browsers in which you never signed in. "
                + "Nobody got in. Your password no longer works in such browsers. Where you have signed in before, it works as ever.")
            .Fact("Your username", to.UserName)
            .Fact("When", MailLayout.Moment(layout.Now))
            .Asks("Was it you?", "Sign in where you have signed in before, or choose a new password:", layout.Page("/forgot-password"))
            .Asks("Not you?", "Nothing to do. To sign in from a new browser, do one of these first.");
        return layout.Finish(MailKinds.PasswordSwitchedOff, to, $"{wrong} on your account", body);
    }

    /// <summary>To the owner of an account that somebody else switched off, or on again.</summary>
    public MailMessage AccountSwitched(Recipient to, bool isOn, ResetFacts facts)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        var body = MailLayout.Build(
                new MailBody()
                    .Says($"{to.Name},")
                    .Says(isOn
                        ? $"Your account at {layout.Brand.Name} was switched on again. Your authenticators work as before."
                        : $"Your account at {layout.Brand.Name} was switched off. Nobody can sign in with it, and your sessions ended.")
                    .Fact("Your username", to.UserName),
                facts)
            .Asks("Did you expect this?", "Nothing to do.")
            .Asks("Not expected?", $"Contact {layout.Brand.SupportText}. Who that is stands here, too:", layout.Page("/sign-in/help"));
        return layout.Finish(
            isOn ? MailKinds.AccountEnabled : MailKinds.AccountDisabled,
            to,
            isOn ? "Your account was switched on again" : "Your account was switched off",
            body);
    }

    public MailMessage AccountDeleted(Recipient to, string by)
    {
        ArgumentNullException.ThrowIfNull(to);
        var body = new MailBody()
            .Says($"{to.Name},")
            .Says($"Your account at {layout.Brand.Name} was deleted. Nobody can sign in with it, and its secrets are erased. Delete "
                + "its line in your authenticator app.")
            .Fact("Your username", to.UserName)
            .Fact("Who", by)
            .Fact("When", MailLayout.Moment(layout.Now))
            .Asks("Did you expect this?", "Nothing to do.")
            .Asks("Not expected?", $"Contact {layout.Brand.SupportText}. Who that is stands here, too:", layout.Page("/sign-in/help"));
        return layout.Finish(MailKinds.AccountDeleted, to, "Your account was deleted", body);
    }
}
