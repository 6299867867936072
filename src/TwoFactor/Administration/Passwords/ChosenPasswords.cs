namespace TwoFactor.Administration.Passwords;

using TwoFactor.Accounts.Passwords;
using TwoFactor.Mail;

/// <summary>Passwords that somebody chooses through a link. They are checked and hashed before the story begins.</summary>
public sealed class ChosenPasswords(NewPasswords passwords, Brand brand)
{
    /// <param name="names">The names of the person. No password may be made of them, or of this site's names.</param>
    public Task<NewPassword> HashAsync(
        TypedPassword typed, TypedPassword again, IEnumerable<string?> names, CancellationToken cancellation) =>
        passwords.HashAsync(typed, again, [brand.Issuer, brand.Name, .. names], cancellation);
}
