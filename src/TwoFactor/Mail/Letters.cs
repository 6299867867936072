namespace TwoFactor.Mail;

using System.Globalization;
using TwoFactor.Keys;

/// <summary>Every letter that this program writes. A link in a letter opens a page that asks: mail scanners open links.</summary>
public sealed class Letters(PublicUrl publicUrl, Brand brand, TimeProvider time)
{
    /// <param name="endsAt">Unix seconds.</param>
    public Letter Invitation(Recipient to, Token invitation, Token notMe, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(invitation);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"You are invited to {brand.Name}. Choose a password, then set up your authenticator app:", Link("/invitation/", invitation))
            .Fact("Your username", to.UserName)
            .Fact("Who and why", $"An admin made this account for you, so that you can sign in to {brand.Name}.")
            .Fact("When", Moment(time.GetUtcNow().ToUnixTimeSeconds()))
            .Fact("The link works until", Moment(endsAt))
            .Asks("Was it you?", "Open the link above.")
            .Asks("Not you?", "If you did not expect this, stop it here:", Link("/not-me/", notMe));
        return Finish(LetterKinds.Invitation, to, $"You are invited to {brand.Name}", body);
    }

    /// <param name="endsAt">Unix seconds.</param>
    public Letter Ticket(Recipient to, Token ticket, long endsAt)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(ticket);
        var body = new LetterBody()
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
        return Finish(LetterKinds.Ticket, to, "Set up your authenticator again: your ticket", body);
    }

    public Letter ResetStarted(Recipient to, ResetFacts facts, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = Tell(
                new LetterBody()
                    .Says($"{to.Name},")
                    .Says($"The help desk started a reset of your sign-in to {brand.Name}. "
                        + "Your sessions have ended, and your codes stop working until you set up again."),
                facts)
            .Asks("Was it you?", "Nothing to do. Your ticket comes in a second mail, or is handed to you in person.")
            .Asks("Still have your phone?", "Sign in and cancel it with a code:", publicUrl.Link("/sign-in"))
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.ResetStarted, to, "The help desk started a reset of your sign-in", body);
    }

    /// <summary>To every other admin, when the console resets anybody.</summary>
    public Letter ResetNotice(Recipient admin, Recipient target, ResetFacts facts)
    {
        ArgumentNullException.ThrowIfNull(admin);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(facts);
        var body = Tell(
                new LetterBody()
                    .Says($"{admin.Name},")
                    .Says($"A reset of {target.Name}'s sign-in to {brand.Name} was started on the server.")
                    .Fact("Account", $"{target.Name} ({target.UserName})"),
                facts)
            .Asks("Was it you?", "Nothing to do.")
            .Asks("Not you?", $"Ask {target.Name}, and whoever looks after the server. What happened stands in the audit log:", publicUrl.Link("/admin/audit"));
        return Finish(LetterKinds.ResetNotice, admin, "A sign-in is being reset on the server", body);
    }

    /// <param name="browser">Browser and system in our own words, never the request's text.</param>
    /// <param name="at">Unix seconds.</param>
    public Letter NewAuthenticator(Recipient to, string label, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"A new authenticator was added to your account at {brand.Name}.")
            .Fact("Authenticator", label)
            .Fact("Your username", to.UserName)
            .Fact("Who and why", "Whoever added it knew your password and entered its first code.")
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", "Nothing to do.")
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.NewAuthenticator, to, "A new authenticator was added", body);
    }

    /// <param name="browser">Browser and system in our own words, never the request's text.</param>
    /// <param name="at">Unix seconds.</param>
    public Letter AuthenticatorRemoved(Recipient to, string label, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"An authenticator was removed from your account at {brand.Name}. Its codes work no longer.")
            .Fact("Authenticator", label)
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", "Nothing to do. Delete its line in the app.")
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.AuthenticatorRemoved, to, "An authenticator was removed", body);
    }

    /// <param name="browser">Browser and system in our own words, never the request's text.</param>
    /// <param name="at">Unix seconds.</param>
    public Letter PasswordChanged(Recipient to, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"The password of your account at {brand.Name} was changed. All other sessions have ended.")
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", "Nothing to do.")
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.PasswordChanged, to, "Your password was changed", body);
    }

    /// <param name="left">Codes of the set that are still good.</param>
    /// <param name="browser">Browser and system in our own words, never the request's text.</param>
    /// <param name="at">Unix seconds.</param>
    public Letter RecoveryCodeUsed(Recipient to, int left, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var are = left == 1 ? "1 is left" : string.Create(CultureInfo.InvariantCulture, $"{left} are left");
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"Somebody signed in to {brand.Name} as you, with your password and one of your recovery codes. {are}.")
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", left > 2 ? "Nothing to do." : "Make new recovery codes soon:", left > 2 ? null : publicUrl.Link("/account/recovery-codes"))
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.RecoveryCodeUsed, to, $"A recovery code was used, {are}", body);
    }

    /// <param name="browser">Browser and system in our own words, never the request's text.</param>
    /// <param name="at">Unix seconds.</param>
    public Letter NewRecoveryCodes(Recipient to, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"New recovery codes were saved for your account at {brand.Name}. All older ones stopped working.")
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", "Nothing to do.")
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.NewRecoveryCodes, to, "New recovery codes were saved", body);
    }

    /// <summary>Somebody who knows the password types wrong codes: the owner learns it at the first wait.</summary>
    /// <param name="browser">Browser and system in our own words, never the request's text.</param>
    /// <param name="at">Unix seconds.</param>
    public Letter WrongCodes(Recipient to, int count, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says(string.Create(CultureInfo.InvariantCulture, $"Somebody signed in to {brand.Name} with your password, and then typed {count} wrong codes. Nobody got in by them. The next tries have to wait."))
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", "Nothing to do. Check that your phone sets its clock by itself.")
            .Asks("Not you?", $"Somebody knows your password. {NotMeWords}", Link("/not-me/", notMe));
        return Finish(LetterKinds.WrongCodes, to, string.Create(CultureInfo.InvariantCulture, $"{count} wrong codes on your account"), body);
    }

    public Letter SwitchedOff(Recipient to, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"After many wrong codes your authenticator at {brand.Name} was switched off. Its codes work no longer. Where you are signed in, you stay so.")
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", $"Sign in with a recovery code and set up a new one, or contact {brand.SupportText}.")
            .Asks("Not you?", $"Somebody knows your password. {NotMeWords}", Link("/not-me/", notMe));
        return Finish(LetterKinds.SwitchedOff, to, "Your authenticator was switched off", body);
    }

    public Letter ResetStopped(Recipient to, string browser, long at, Token notMe)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(notMe);
        var body = new LetterBody()
            .Says($"{to.Name},")
            .Says($"The reset of your sign-in to {brand.Name} was stopped with your password and a code from your phone. Everything is as before.")
            .Fact("Your username", to.UserName)
            .Fact("When", Moment(at))
            .Fact("Browser", browser)
            .Asks("Was it you?", "Nothing to do.")
            .Asks("Not you?", NotMeWords, Link("/not-me/", notMe));
        return Finish(LetterKinds.ResetStopped, to, "The reset of your sign-in was stopped", body);
    }

    private string NotMeWords => $"Stop it here. Nobody can sign in as you until {brand.SupportText} has spoken with you:";

    private static LetterBody Tell(LetterBody body, ResetFacts facts)
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

    private Letter Finish(string kind, Recipient to, string subject, LetterBody body)
    {
        body.Says($"Questions? Contact {brand.SupportText}.", brand.SupportUrl)
            .Rule()
            .Says("We never ask for a code, a recovery code or a password by mail or phone.");
        var title = Words.OneLine(subject);
        return new Letter(kind, to.Account, to.Mail, Words.OneLine(to.Name), title, body.ToText(), body.ToHtml(title));
    }
}
