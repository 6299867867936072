namespace TwoFactor.Authenticators.Recovery;

using System.Security.Cryptography;
using TwoFactor.Characters;
using TwoFactor.Keys;

/// <summary>A recovery code: 75 random bits and a check character, written in groups of four: K7QM-22XD-9RWA-5TJ0.</summary>
/// <remarks>
/// Crockford's alphabet has no I, L, O, U: a typed O reads as 0, I and L as 1. The check is Luhn's, modulo 32: it finds every single
/// wrong letter.
/// </remarks>
public sealed class RecoveryCode
{
    public const int Length = 16;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private readonly string letters;

    private RecoveryCode(string letters) => this.letters = letters;

    /// <summary>Whether the check character fits. One that does not is a typing error, never a guess.</summary>
    public bool IsWhole => letters[^1] == CheckOf(letters[..^1]);

    public static RecoveryCode New()
    {
        var random = RandomNumberGenerator.GetString(Alphabet, Length - 1);
        return new RecoveryCode(random + CheckOf(random));
    }

    /// <summary>
    /// Reads a code as a person may type it (<see cref="TypedText.Symbols"/>), look-alikes folded. Returns null when it does not have 16
    /// characters of the alphabet.
    /// </summary>
    public static RecoveryCode? Parse(string? typed)
    {
        var text = string.Concat(TypedText.Symbols(typed).Select(letter => letter switch { 'O' => '0', 'I' or 'L' => '1', _ => letter }));
        return text.Length == Length && text.All(letter => Alphabet.Contains(letter, StringComparison.Ordinal))
            ? new RecoveryCode(text)
            : null;
    }

    /// <summary>16 letters, as they are hashed.</summary>
    /// <remarks>Not <c>ToString</c>, so that a code that is logged by mistake stays hidden.</remarks>
    public string Reveal() => letters;

    /// <summary>The same code as a token: a pass has the form of a recovery code, but is stored as tickets are.</summary>
    public Token AsToken() => Token.Of(System.Text.Encoding.ASCII.GetBytes(letters));

    /// <summary>In groups of four, as people read it.</summary>
    public string RevealInGroups() => string.Join('-', letters.Chunk(4).Select(group => new string(group)));

    public override string ToString() => "(hidden)";

    private static char CheckOf(string letters)
    {
        var sum = 0;
        for (var place = letters.Length - 1; place >= 0; place--)
        {
            var value = Alphabet.IndexOf(letters[place], StringComparison.Ordinal) * ((letters.Length - 1 - place) % 2 == 0 ? 2 : 1);
            sum += (value / Alphabet.Length) + (value % Alphabet.Length);
        }

        return Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
    }
}
