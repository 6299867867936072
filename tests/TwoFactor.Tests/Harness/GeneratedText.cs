namespace TwoFactor.Tests.Harness;

#pragma warning disable RS0030 // A seed, so that a failure can be repeated. Nothing here is a secret.

using System.Globalization;
using System.Text;
using TwoFactor.Characters;

/// <summary>Text as nobody would think of it, the same each time for one seed. What fails names the seed.</summary>
internal sealed class GeneratedText(int seed)
{
    private const int Longest = 12;

    private static readonly ILookup<UnicodeCategory, Rune> Categories = Enumerable.Range(0, 0x110000).Where(Rune.IsValid)
        .Select(sign => new Rune(sign)).ToLookup(Rune.GetUnicodeCategory);

    private static readonly Rune[][] Kinds = [.. Categories.Select(category => category.ToArray())];

    private static readonly Rune[] Zeros =
        [.. Categories[UnicodeCategory.DecimalDigitNumber].Where(digit => Rune.GetNumericValue(digit) is 0)];

    private static readonly Rune[] Dashes = [.. Categories[UnicodeCategory.DashPunctuation], new('\u2212'), new('\u30FC')];

    private static readonly Rune[] Blanks = [.. Kinds.SelectMany(kind => kind).Where(Rune.IsWhiteSpace)];

    private static readonly Rune[] Unseen = [.. Kinds.SelectMany(kind => kind).Where(TypedText.IsInvisible)];

    /// <summary>What signs, escapes and structure mean something to a parser.</summary>
    private static readonly string[] Pieces =
        ["%", "&", "=", "+", ";", "@", "'", "\"", "<", "\\", "\0", "\r\n", "..", "/", "[]", "{", "e\u0301", "\uFFFD", "\u1E9E", "\uFDFA"];

    /// <summary>
    /// Bytes that are no text, percent-encoded: lone halves, what is no character, overlong forms, cut and stray bytes, beyond Unicode.
    /// </summary>
    private static readonly string[] Broken =
    [
        "%ED%A0%80", "%ED%BF%BF", "%ED%A0%80%ED%B0%80", "%EF%BF%BE", "%EF%BF%BF", "%EF%B7%90", "%F0%9F%BF%BE", "%C0%AF", "%E0%80%AF",
        "%C0%80", "%FF", "%80", "%E2%82", "%F4%90%80%80",
    ];

    private readonly Random random = new(seed);

    public override string ToString() => $"seed {seed.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Any characters, of each category equally often, with lone halves among them.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, Longest); left > 0; left--)
        {
            text.Append(random.Next(12) switch
            {
                0 => ((char)random.Next(0xD800, 0xE000)).ToString(),
                1 => Pick(Pieces),
                2 => Pick(new[] { "ana", "GROSS", "\u039C\u0391\u03A1\u0399\u039F\u03A3", "123456", "2026-12-24", "a@b" }),
                _ => Pick(Pick(Kinds)).ToString(),
            });
        }

        return text.ToString();
    }

    /// <summary>As a form or an address carries it: any text, or bytes that are none.</summary>
    public string Encoded()
    {
        var text = Uri.EscapeDataString(UnicodeText.ReplaceInvalid(Text()));
        return random.Next(3) == 0 ? $"{text}{Pick(Broken)}{Uri.EscapeDataString("b")}" : text;
    }

    /// <summary>The same name in another spelling: case, width, normal form, what nobody sees, blanks around it.</summary>
    public string SpellName(string name)
    {
        var text = new StringBuilder();
        foreach (var sign in UnicodeText.Normalize(name, NormalizationForm.FormD).EnumerateRunes())
        {
            text.Append(random.Next(4) == 0 ? Pick(Unseen).ToString() : "").Append(random.Next(4) switch
            {
                0 => Rune.ToUpperInvariant(sign).ToString(),
                1 when sign.Value is > ' ' and <= '~' => ((char)(sign.Value + 0xFEE0)).ToString(),
                2 when sign.Value is '\u03C3' => "\u03C2",
                3 when sign.Value is '\u00DF' => "SS",
                _ => sign.ToString(),
            });
        }

        var form = random.Next(2) == 0 ? NormalizationForm.FormC : NormalizationForm.FormD;
        return Around() + UnicodeText.Normalize(text.ToString(), form) + Around();
    }

    /// <summary>The same code in another spelling: digits of any script, case, blanks, dashes and what nobody sees between.</summary>
    public string SpellSymbols(string symbols)
    {
        var text = new StringBuilder(Around());
        foreach (var letter in symbols)
        {
            text.Append(Digit(char.ToLowerInvariant(letter), random.Next(2) == 0)).Append(random.Next(6) switch
            {
                0 => Pick(Unseen).ToString(),
                1 => Pick(Blanks).ToString(),
                2 => Pick(Dashes).ToString(),
                _ => "",
            });
        }

        return text + Around();
    }

    /// <summary>The same day in another spelling.</summary>
    public string SpellDay(string day) => Around() + string.Concat(day.Select(letter => letter is '-'
        ? Pick(Dashes).ToString() + Pick(Unseen)
        : Digit(letter, true))) + Around();

    private string Digit(char letter, bool isOther) =>
        isOther && char.IsAsciiDigit(letter) ? new Rune(Pick(Zeros).Value + letter - '0').ToString() : letter.ToString();

    private string Around() => random.Next(2) == 0 ? "" : Pick(Blanks).ToString() + Pick(Unseen);

    private T Pick<T>(T[] all) => all[random.Next(all.Length)];
}
