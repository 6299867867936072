namespace TwoFactor.Web.Text.Accounts;

using TwoFactor.Accounts.Passwords;

/// <summary>The text after a new password was typed twice.</summary>
public static class NewPasswordText
{
    public static Sentence For(NewPassword answer, TextContext text) => answer switch
    {
        NewPassword.Hashed => throw new NoSentenceException(answer),
        NewPassword.Refused(var verdict) => PasswordText.For(verdict),
        NewPassword.Different => PasswordText.Refused("The two do not match."),
        NewPassword.Busy => CommonText.Busy(text, "Your password was not set."),
    };
}
