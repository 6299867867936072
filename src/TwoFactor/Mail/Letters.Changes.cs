namespace TwoFactor.Mail;

using System.Globalization;
using TwoFactor.Keys;

/// <summary>What every letter about a change carries.</summary>
/// <param name="Browser">Browser and system in our own words, never the request's text.</param>
/// <param name="At">Unix seconds.</param>
/// <param name="NotMe">Stops the change.</param>
public sealed record Told(Recipient To, string Browser, long At, Token NotMe);

/// <summary>The letters that tell an owner of a change. All have one shape: the fact, when and where, "Was it you?", "Not you?".</summary>
public sealed partial class Letters
{
    private const string Nothing = "Nothing to do.";

    public Letter NewAuthenticator(Told told, string label) => Tell(
        LetterKinds.NewAuthenticator, told, "A new authenticator was added", $"A new authenticator was added to your account at {brand.Name}.",
        facts: body => body.Fact("Authenticator", label).Fact("Who and why", "Whoever added it knew your password and entered its first code."));

    public Letter AuthenticatorRemoved(Told told, string label) => Tell(
        LetterKinds.AuthenticatorRemoved, told, "An authenticator was removed",
        $"An authenticator was removed from your account at {brand.Name}. Its codes work no longer.",
        "Nothing to do. Delete its line in the app.", facts: body => body.Fact("Authenticator", label));

    /// <param name="how">Who could do it, as a sentence.</param>
    public Letter PasswordChanged(Told told, string how) => Tell(
        LetterKinds.PasswordChanged, told, "Your password was changed",
        $"The password of your account at {brand.Name} was changed. All other sessions have ended.", facts: body => body.Fact("Who and why", how));

    /// <param name="which">"mail address" or "second mail address".</param>
    /// <param name="quietUntil">Until when the new one receives nothing, in Unix seconds.</param>
    /// <param name="by">Who did it, as people call them.</param>
    public Letter AddressChanged(Told told, string which, string? from, string? to, string by, long quietUntil) => Tell(
        LetterKinds.AddressChanged, told, "Your mail address was changed",
        $"The {which} of your account at {brand.Name} was changed. Until {Moment(quietUntil)} mails still go where they went before.",
        facts: body => body.Fact("Before", from ?? "none").Fact("Now", to ?? "none").Fact("Who and why", by));

    /// <param name="left">Codes of the set that are still good.</param>
    public Letter RecoveryCodeUsed(Told told, int left)
    {
        var are = left == 1 ? "1 is left" : string.Create(CultureInfo.InvariantCulture, $"{left} are left");
        return Tell(
            LetterKinds.RecoveryCodeUsed, told, $"A recovery code was used, {are}",
            $"Somebody signed in to {brand.Name} as you, with your password and one of your recovery codes. {are}.",
            left > 2 ? Nothing : "Make new recovery codes soon:", left > 2 ? null : publicUrl.Link("/account/recovery-codes"));
    }

    public Letter NewRecoveryCodes(Told told) => Tell(
        LetterKinds.NewRecoveryCodes, told, "New recovery codes were saved",
        $"New recovery codes were saved for your account at {brand.Name}. All older ones stopped working.");

    /// <summary>Somebody who knows the password types wrong codes: the owner learns it at the first wait.</summary>
    public Letter WrongCodes(Told told, int count) => Tell(
        LetterKinds.WrongCodes, told, string.Create(CultureInfo.InvariantCulture, $"{count} wrong codes on your account"),
        string.Create(
            CultureInfo.InvariantCulture,
            $"Somebody signed in to {brand.Name} with your password, and then typed {count} wrong codes. Nobody got in by them. The next tries have to wait."),
        "Nothing to do. Check that your phone sets its clock by itself.", knowsPassword: true);

    public Letter SwitchedOff(Told told) => Tell(
        LetterKinds.SwitchedOff, told, "Your authenticator was switched off",
        $"After many wrong codes your authenticator at {brand.Name} was switched off. Its codes work no longer. Where you are signed in, you stay so.",
        $"Sign in with a recovery code, if you saved some, and set up a new one; or contact {brand.SupportText}.", knowsPassword: true);

    public Letter ResetStopped(Told told) => Tell(
        LetterKinds.ResetStopped, told, "The reset of your sign-in was stopped",
        $"The reset of your sign-in to {brand.Name} was stopped with your password and a code from your phone. Everything is as before.");

    private Letter Tell(
        string kind, Told told, string subject, string fact, string wasItYou = Nothing, string? link = null, bool knowsPassword = false, Func<LetterBody, LetterBody>? facts = null)
    {
        ArgumentNullException.ThrowIfNull(told);
        var body = new LetterBody().Says($"{told.To.Name},").Says(fact);
        body = (facts?.Invoke(body) ?? body)
            .Fact("Your username", told.To.UserName)
            .Fact("When", Moment(told.At))
            .Fact("Browser", told.Browser)
            .Asks("Was it you?", wasItYou, link)
            .Asks("Not you?", knowsPassword ? $"Somebody knows your password. {NotMeWords}" : NotMeWords, Link("/not-me/", told.NotMe));
        return Finish(kind, told.To, subject, body);
    }
}
