namespace TwoFactor.Characters;

using System.Text;

/// <summary>
/// The key under which names and addresses are looked up, searched and unique: the same for all spellings that people take for one. It is
/// never shown.
/// </summary>
internal static class FoldedText
{
    /// <summary>Compares texts by their keys.</summary>
    public static IEqualityComparer<string> Comparer { get; } = EqualityComparer<string>.Create(
        (left, right) => string.Equals(left is null ? null : Of(left), right is null ? null : Of(right), StringComparison.Ordinal),
        text => StringComparer.Ordinal.GetHashCode(Of(text)));

    /// <summary>
    /// Compatibility caseless matching (Unicode 3.13, D146), without invisible marks: Straße is STRASSE, and ΜΑΡΙΟΣ is μαριος. A key is the
    /// key of itself.
    /// </summary>
    public static string Of(string text) => Ascii.IsValid(text)
        ? text.ToLowerInvariant()
        : FoldCase(FoldCase(UnicodeText.Normalize(
            string.Concat(text.EnumerateRunes().Where(sign => !TypedText.IsInvisible(sign))), NormalizationForm.FormD)));

    private static string FoldCase(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var sign in text.EnumerateRunes())
        {
            folded.Append(sign.Value switch
            {
                'ß' or 'ẞ' => "ss",
                'և' => "եւ",
                // By way of the capital, because several small letters may share one: σ and ς, θ and ϑ.
                _ => Rune.ToLowerInvariant(Rune.ToUpperInvariant(sign)).ToString(),
            });
        }

        return UnicodeText.Normalize(folded.ToString(), NormalizationForm.FormKC);
    }
}
