namespace TwoFactor.Keys;

using System.Security.Cryptography;
using TwoFactor.Characters;

/// <summary>
/// An opaque token: 128 random bits that carry no data. It is written as 26 characters of Crockford's alphabet and read leniently.
/// </summary>
public sealed class Token
{
    /// <summary>Crockford's base 32: no I, L, O, U, so that a token can be read out and typed.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Size = 16;
    private const int Letters = 26;

    private readonly byte[] value;

    private Token(byte[] value) => this.value = value;

    public ReadOnlySpan<byte> Value => value;

    /// <summary>Makes a token of a proof that has another format. The same bytes always make the same token.</summary>
    /// <param name="value">At most 16 bytes; the rest is zeros.</param>
    public static Token Of(ReadOnlySpan<byte> value)
    {
        var bytes = new byte[Size];
        value.CopyTo(bytes);
        return new Token(bytes);
    }

    public static Token New() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>
    /// Reads a token as a person may type it (<see cref="TypedText.Symbols"/>), O for 0, I and L for 1. Returns null when the text is no
    /// token.
    /// </summary>
    public static Token? Parse(string? text)
    {
        UInt128 number = 0;
        var read = 0;
        foreach (var letter in TypedText.Symbols(text))
        {
            var digit = Alphabet.IndexOf(Fold(letter), StringComparison.Ordinal);
            // The first letter carries 3 of the 128 bits: a larger one would be a second spelling of the same token.
            if (digit < 0 || ++read > Letters || (read == 1 && digit > 7))
            {
                return null;
            }

            number = (number << 5) | (uint)digit;
        }

        return read == Letters ? new Token(ToBytes(number)) : null;
    }

    /// <summary>26 letters, as in a link.</summary>
    /// <remarks>Not <c>ToString</c>, so that a token that is logged by mistake stays hidden.</remarks>
    public string Reveal()
    {
        UInt128 number = 0;
        foreach (var part in value)
        {
            number = (number << 8) | part;
        }

        return string.Create(Letters, number, static (letters, rest) =>
        {
            for (var place = letters.Length - 1; place >= 0; place--)
            {
                letters[place] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
    }

    /// <summary>In groups of four, as in a mail: 7QKD-M2XH-….</summary>
    public string RevealInGroups() => string.Join('-', Reveal().Chunk(4).Select(group => new string(group)));

    public override string ToString() => "(hidden)";

    private static char Fold(char letter) => letter switch { 'O' => '0', 'I' or 'L' => '1', _ => letter };

    private static byte[] ToBytes(UInt128 number)
    {
        var bytes = new byte[Size];
        for (var place = Size - 1; place >= 0; place--)
        {
            bytes[place] = (byte)number;
            number >>= 8;
        }

        return bytes;
    }
}
