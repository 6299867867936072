namespace TwoFactor.Accounts.Passwords;

using System.Text.RegularExpressions;
using TwoFactor.Characters;

/// <summary>Patterns by which even a long password is easy to guess.</summary>
internal static partial class PasswordPatterns
{
    /// <summary>A shorter row of characters may be chance.</summary>
    private const int ShortestRow = 4;

    /// <summary>One spelling for comparing, as names are compared.</summary>
    public static string Fold(string text) => FoldedText.Of(text);

    /// <summary>
    /// The shortest text that, repeated at least twice (the last time perhaps cut off), gives <paramref name="text"/>. All of it when there
    /// is none.
    /// </summary>
    public static string Repeated(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
            {
                return text[..length];
            }
        }

        return text;
    }

    /// <summary>
    /// Whether the text consists only of rows of equal or neighbouring characters, like 123456789012, abcd4321 or aaaabbbb.
    /// </summary>
    public static bool IsRows(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = start + 1;
            var step = end < text.Length ? Step(text[start], text[end]) : null;
            while (step is not null && end < text.Length && Step(text[end - 1], text[end]) == step)
            {
                end++;
            }

            if (end - start < ShortestRow)
            {
                return false;
            }

            start = end;
        }

        return text.Length > 0;
    }

    /// <summary>
    /// The words of names and addresses, and their numbers of at least four digits, as in a user name that is a staff number.
    /// </summary>
    public static HashSet<string> WordsOf(IEnumerable<string?> names) =>
        names.OfType<string>().SelectMany(name => Word().Matches(Fold(name))).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether all of <paramref name="text"/> is made of the words, at least one, with digits and signs between them.</summary>
    public static bool IsBuiltFrom(string text, IReadOnlySet<string> words)
    {
        // For each place: whether the text before it can be made of words, digits and signs, and whether that is possible with at least one
        // word.
        var (made, named) = (new bool[text.Length + 1], new bool[text.Length + 1]);
        made[0] = true;
        for (var place = 0; place < text.Length; place++)
        {
            if (!made[place])
            {
                continue;
            }

            if (!char.IsLetter(text[place]) && !char.IsSurrogate(text[place]))
            {
                made[place + 1] = true;
                named[place + 1] |= named[place];
            }

            foreach (var word in words.Where(word => text.AsSpan(place).StartsWith(word, StringComparison.Ordinal)))
            {
                made[place + word.Length] = true;
                named[place + word.Length] = true;
            }
        }

        return named[text.Length];
    }

    /// <summary>
    /// Returns 0 for the same character, 1 or -1 for a neighbour in the alphabet or among the digits (after z comes a, after 9 comes 0),
    /// and null for any other.
    /// </summary>
    private static int? Step(char from, char to)
    {
        if (from == to)
        {
            return 0;
        }

        var ring = char.IsAsciiDigit(from) && char.IsAsciiDigit(to) ? 10
            : char.IsAsciiLetterLower(from) && char.IsAsciiLetterLower(to) ? 26
            : 0;
        return ring switch
        {
            0 => null,
            _ when (to - from + ring) % ring == 1 => 1,
            _ when (from - to + ring) % ring == 1 => -1,
            _ => null,
        };
    }

    [GeneratedRegex(@"\p{L}+|\p{Nd}{4,}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
