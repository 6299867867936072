namespace TwoFactor.Mail;

using System.Globalization;
using TwoFactor.Keys;

/// <summary>What every letter about a change carries.</summary>
/// <param name="Browser">Browser and system in our own words, never the request's text.</param>
/// <param name="At">Unix seconds.</param>
/// <param name="NotMe">Stops the change.</param>
public sealed record NotificationContext(Recipient To, string Browser, long At, Token NotMe);

/// <summary>The letters that tell an owner of a change. All have one shape: the fact, when and where, "Was it you?", "Not you?".</summary>
public sealed partial class MailMessages
{
    private const string Nothing = "Nothing to do.";

    public MailMessage NewAuthenticator(NotificationContext context, string label) => Build(
        MailKinds.NewAuthenticator, context, "A new authenticator was added", $"A new authenticator was added to your account at {brand.Name}.",
        facts: body => body.Fact("Authenticator", label).Fact("Who and why", "Whoever added it knew your password and entered its first code."));

    public MailMessage AuthenticatorRemoved(NotificationContext context, string label) => Build(
        MailKinds.AuthenticatorRemoved, context, "An authenticator was removed",
        $"An authenticator was removed from your account at {brand.Name}. Its codes work no longer.",
        "Nothing to do. Delete its line in the app.", facts: body => body.Fact("Authenticator", label));

    /// <param name="how">Who could do it, as a sentence.</param>
    public MailMessage PasswordChanged(NotificationContext context, string how) => Build(
        MailKinds.PasswordChanged, context, "Your password was changed",
        $"The password of your account at {brand.Name} was changed. All other sessions have ended.", facts: body => body.Fact("Who and why", how));

    /// <param name="which">"mail address" or "second mail address".</param>
    /// <param name="quietUntil">Until when the new one receives nothing, in Unix seconds.</param>
    /// <param name="by">Who did it, as people call them.</param>
    public MailMessage AddressChanged(NotificationContext context, string which, string? from, string? to, string by, long quietUntil) => Build(
        MailKinds.AddressChanged, context, "Your mail address was changed",
        $"The {which} of your account at {brand.Name} was changed. Until {Moment(quietUntil)} mails still go where they went before.",
        facts: body => body.Fact("Before", from ?? "none").Fact("Now", to ?? "none").Fact("Who and why", by));

    /// <param name="left">Codes of the set that are still good.</param>
    public MailMessage RecoveryCodeUsed(NotificationContext context, int left)
    {
        var are = left == 1 ? "1 is left" : string.Create(CultureInfo.InvariantCulture, $"{left} are left");
        return Build(
            MailKinds.RecoveryCodeUsed, context, $"A recovery code was used, {are}",
            $"Somebody signed in to {brand.Name} as you, with your password and one of your recovery codes. {are}.",
            left > 2 ? Nothing : "Make new recovery codes soon:", left > 2 ? null : publicUrl.Link("/account/recovery-codes"));
    }

    public MailMessage NewRecoveryCodes(NotificationContext context) => Build(
        MailKinds.NewRecoveryCodes, context, "New recovery codes were saved",
        $"New recovery codes were saved for your account at {brand.Name}. All older ones stopped working.");

    /// <summary>Somebody who knows the password types wrong codes: the owner learns it at the first wait.</summary>
    public MailMessage WrongCodes(NotificationContext context, int count) => Build(
        MailKinds.WrongCodes, context, string.Create(CultureInfo.InvariantCulture, $"{count} wrong codes on your account"),
        string.Create(
            CultureInfo.InvariantCulture,
            $"Somebody signed in to {brand.Name} with your password, and then typed {count} wrong codes. Nobody got in by them. The next tries have to wait."),
        "Nothing to do. Check that your phone sets its clock by itself.", knowsPassword: true);

    public MailMessage SwitchedOff(NotificationContext context) => Build(
        MailKinds.SwitchedOff, context, "Your authenticator was switched off",
        $"After many wrong codes your authenticator at {brand.Name} was switched off. Its codes work no longer. Where you are signed in, you stay so.",
        $"Sign in with a recovery code, if you saved some, and set up a new one; or contact {brand.SupportText}.", knowsPassword: true);

    public MailMessage ResetStopped(NotificationContext context) => Build(
        MailKinds.ResetStopped, context, "The reset of your sign-in was stopped",
        $"The reset of your sign-in to {brand.Name} was stopped with your password and a code from your phone. Everything is as before.");

    private MailMessage Build(
        string kind, NotificationContext context, string subject, string fact, string wasItYou = Nothing, string? link = null, bool knowsPassword = false, Func<MailBody, MailBody>? facts = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = new MailBody().Says($"{context.To.Name},").Says(fact);
        body = (facts?.Invoke(body) ?? body)
            .Fact("Your username", context.To.UserName)
            .Fact("When", Moment(context.At))
            .Fact("Browser", context.Browser)
            .Asks("Was it you?", wasItYou, link)
            .Asks("Not you?", knowsPassword ? $"Somebody knows your password. {NotMeWords}" : NotMeWords, Link("/not-me/", context.NotMe));
        return Finish(kind, context.To, subject, body);
    }
}
