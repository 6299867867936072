namespace TwoFactor.Web.Text.Accounts;

using TwoFactor.Accounts.Passwords;

/// <summary>The text of why a new password is refused.</summary>
public static class PasswordText
{
    public static Sentence For(PasswordVerdict verdict) => verdict switch
    {
        PasswordVerdict.Allowed => throw new NoSentenceException(verdict),
        PasswordVerdict.TooShort(var least) => Refused($"Use at least {least} characters. A few words are fine."),
        PasswordVerdict.TooLong(var most) => Refused($"Use at most {most} characters."),
        PasswordVerdict.Common => Refused("This password is on the list of common ones. Choose another."),
        PasswordVerdict.BuiltFromNames => Refused("This password is built from a name or address that others know. Choose another."),
    };

    public static Sentence Refused(string why) => new("Choose another password", why);
}
