namespace TwoFactor.Authenticators;

using TwoFactor.Characters;

/// <summary>A code as it is judged: exactly six digits, whatever way it was typed.</summary>
public readonly record struct SixDigits
{
    public const int Length = 6;

    private SixDigits(string text) => Text = text;

    /// <summary>Six ASCII digits.</summary>
    internal string Text { get; }

    /// <summary>
    /// Reads a typed code once, before anything else (<see cref="TypedText.Symbols"/>). Returns null when the rest is not exactly six
    /// digits: such a text is no guess.
    /// </summary>
    /// <param name="length">How many characters were typed, blanks and dashes aside.</param>
    public static SixDigits? Parse(string? typed, out int length)
    {
        var symbols = TypedText.Symbols(typed);
        length = symbols.EnumerateRunes().Count();
        return length == Length && symbols.All(char.IsAsciiDigit) ? new SixDigits(symbols) : null;
    }

    public override string ToString() => "(hidden)";
}
