namespace TwoFactor.Mail;

using System.Globalization;
using System.Text;

/// <summary>Words that somebody typed, made fit for a line.</summary>
internal static class SingleLineText
{
    /// <summary>
    /// One line without control characters: nothing that somebody typed starts a header, a line or a change of direction of its own.
    /// </summary>
    public static string From(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            var breaks = char.IsControl(letter) || char.IsWhiteSpace(letter) || TurnsDirection(letter);
            if (!breaks)
            {
                line.Append(letter);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>
    /// Lines of at most <paramref name="width"/> characters, broken at blanks; a longer word is broken where a reader sees two letters.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ').SelectMany(word => Pieces(word, width)))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }

    private static IEnumerable<string> Pieces(string word, int width)
    {
        while (word.Length > width)
        {
            var end = 0;
            while (end + StringInfo.GetNextTextElementLength(word, end) <= width)
            {
                end += StringInfo.GetNextTextElementLength(word, end);
            }

            end = end == 0 ? width : end;
            yield return word[..end];
            word = word[end..];
        }

        yield return word;
    }

    /// <summary>
    /// The explicit marks of the Unicode bidirectional algorithm (UAX #9 §2) that make text read in another order than it stands.
    /// </summary>
    private static bool TurnsDirection(char letter) => letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
