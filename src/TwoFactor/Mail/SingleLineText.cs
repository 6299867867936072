namespace TwoFactor.Mail;

using System.Globalization;
using System.Text;

/// <summary>Makes text that somebody typed fit for one line.</summary>
internal static class SingleLineText
{
    /// <summary>
    /// Returns one line without control characters, so that typed text cannot start a header or a line, or change the direction of the
    /// text.
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
    /// Lines of at most <paramref name="width"/> characters, broken at blanks. A longer word is broken between two characters as a reader
    /// sees them.
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
    /// The explicit marks of the Unicode bidirectional algorithm (UAX #9 §2). They change the order in which text is displayed.
    /// </summary>
    private static bool TurnsDirection(char letter) => letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
