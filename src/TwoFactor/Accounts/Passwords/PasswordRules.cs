namespace TwoFactor.Accounts.Passwords;


/// <summary>Whether a password may be set.</summary>
public abstract record PasswordVerdict
{
    private PasswordVerdict()
    {
    }

    public sealed record Allowed : PasswordVerdict;

    /// <param name="Minimum">Code points.</param>
    public sealed record TooShort(int Minimum) : PasswordVerdict;

    /// <param name="Maximum">Code points.</param>
    public sealed record TooLong(int Maximum) : PasswordVerdict;

    /// <summary>On the list of common ones, or a short text repeated, or a row like 123456789012.</summary>
    public sealed record Common : PasswordVerdict;

    /// <summary>Nothing but the issuer, the person's names or mail address, and digits and signs.</summary>
    public sealed record BuiltFromNames : PasswordVerdict;
}

/// <summary>
/// The rules for a new password: its length, a list of common ones, and no names. There is no rule of composition (NIST SP 800-63B-4
/// §3.1.1.2). These rules are not applied at the sign-in.
/// </summary>
public sealed class PasswordRules(PasswordLimits limits, CommonPasswords common)
{
    /// <param name="typed">The new password.</param>
    /// <param name="names">What an attacker tries first: the issuer, the user name, the mail address, the person's name.</param>
    public PasswordVerdict Judge(TypedPassword typed, params IReadOnlyList<string?> names)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(names);
        if (typed.Length < limits.MinimumLength)
        {
            return new PasswordVerdict.TooShort(limits.MinimumLength);
        }

        if (typed.Length > limits.MaximumLength)
        {
            return new PasswordVerdict.TooLong(limits.MaximumLength);
        }

        var folded = PasswordPatterns.Fold(typed.Text);
        if (IsCommon(folded))
        {
            return new PasswordVerdict.Common();
        }

        return PasswordPatterns.IsBuiltFrom(folded, PasswordPatterns.WordsOf(names))
            ? new PasswordVerdict.BuiltFromNames()
            : new PasswordVerdict.Allowed();
    }

    /// <remarks>A text that is repeated counts once: it must be long enough, and not common, by itself.</remarks>
    private bool IsCommon(string folded)
    {
        var once = PasswordPatterns.Repeated(folded);
        return common.Contains(folded)
            || common.Contains(once)
            || (once.Length < folded.Length && once.Length < limits.MinimumLength)
            || PasswordPatterns.IsRows(folded);
    }
}
