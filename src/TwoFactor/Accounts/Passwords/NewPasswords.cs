namespace TwoFactor.Accounts.Passwords;

using TwoFactor.Mail;

/// <summary>The answer to a new password, typed twice.</summary>
public abstract record NewPassword
{
    private NewPassword()
    {
    }

    /// <param name="Hash">Argon2id as a PHC string.</param>
    public sealed record Hashed(string Hash) : NewPassword
    {
        public override string ToString() => "(hidden)";
    }

    public sealed record Refused(PasswordVerdict Verdict) : NewPassword;

    public sealed record Different : NewPassword;

    /// <summary>Too many people are at it. Nothing was hashed.</summary>
    public sealed record Busy : NewPassword;
}

/// <summary>
/// Judges a new password and hashes one that fits, outside of any transaction: it takes longer than a lock should be held.
/// </summary>
public sealed class NewPasswords(PasswordRules rules, PasswordHasher hasher, Brand brand)
{
    /// <param name="names">What a password must not be built from, beside the names of this installation: names and addresses of its
    /// owner.</param>
    public async Task<NewPassword> HashAsync(
        TypedPassword typed, TypedPassword again, IReadOnlyList<string?> names, CancellationToken cancellation)
    {
        var verdict = rules.Judge(typed, [brand.Issuer, brand.Name, .. names]);
        if (verdict is not PasswordVerdict.Fits)
        {
            return new NewPassword.Refused(verdict);
        }

        if (!string.Equals(typed.Text, again.Text, StringComparison.Ordinal))
        {
            return new NewPassword.Different();
        }

        return await hasher.HashAsync(typed, knownBrowser: false, cancellation) is { } hash
            ? new NewPassword.Hashed(hash)
            : new NewPassword.Busy();
    }
}
