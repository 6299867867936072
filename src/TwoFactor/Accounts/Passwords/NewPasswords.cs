namespace TwoFactor.Accounts.Passwords;

using TwoFactor.Mail;

/// <summary>The result of checking and hashing a new password that was typed twice.</summary>
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

    /// <summary>The queue for hashes is full. Nothing was hashed.</summary>
    public sealed record Busy : NewPassword;
}

/// <summary>
/// Checks a new password and hashes it if it is allowed. It runs outside of any transaction, because a hash takes longer than a lock should
/// be held.
/// </summary>
public sealed class NewPasswords(PasswordRules rules, PasswordHasher hasher, Brand brand)
{
    /// <param name="owner">Has a session, or a link that works.</param>
    public Task<NewPassword> HashAsync(TypedPassword typed, TypedPassword again, Account owner, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return HashAsync(typed, again, NamesOf(owner), HashCaller.Owner(owner.Id), cancellation);
    }

    /// <summary>What stands against a new password; null when nothing does. It computes no hash.</summary>
    public NewPassword? RefusalOf(TypedPassword typed, TypedPassword again, Account owner) => RefusalOf(typed, again, NamesOf(owner));

    /// <param name="names">What a password must not be built from: names and addresses of its owner. The names of this installation are
    /// added here.</param>
    /// <param name="caller">Whose place in the queue it takes.</param>
    public async Task<NewPassword> HashAsync(
        TypedPassword typed, TypedPassword again, IReadOnlyList<string?> names, HashCaller caller, CancellationToken cancellation)
    {
        if (RefusalOf(typed, again, names) is { } refused)
        {
            return refused;
        }

        return await hasher.HashAsync(typed, caller, cancellation) is { } hash
            ? new NewPassword.Hashed(hash)
            : new NewPassword.Busy();
    }

    private static string?[] NamesOf(Account owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return [owner.UserName, owner.Mail, owner.SecondMail, owner.Name];
    }

    private NewPassword? RefusalOf(TypedPassword typed, TypedPassword again, IReadOnlyList<string?> names) =>
        rules.Judge(typed, [brand.Issuer, brand.Name, .. names]) switch
        {
            PasswordVerdict.Allowed when string.Equals(typed.Text, again.Text, StringComparison.Ordinal) => null,
            PasswordVerdict.Allowed => new NewPassword.Different(),
            var verdict => new NewPassword.Refused(verdict),
        };
}
