namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts.Passwords;
using TwoFactor.Mail;

/// <summary>Passwords that somebody chooses by a link: judged and hashed before the story begins.</summary>
public sealed class ChosenPasswords(NewPasswords passwords, Brand brand)
{
    /// <param name="names">What the person is called: no password may be made of that, or of what this site is called.</param>
    public Task<NewPassword> HashAsync(
        TypedPassword typed, TypedPassword again, IEnumerable<string?> names, CancellationToken cancellation) =>
        passwords.HashAsync(typed, again, [brand.Issuer, brand.Name, .. names], cancellation);
}
