namespace TwoFactor.Tests.Characters;

using System.Globalization;
using System.Text;
using TwoFactor.Characters;
using Xunit;

/// <summary>One key for all spellings that people take for one name.</summary>
public sealed class FoldedTextTests
{
    private static readonly List<Rune> Movable = [.. Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(sign => new Rune(sign))
        .Where(sign => Rune.GetUnicodeCategory(sign) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))
        .Where(sign => Rune.ToUpperInvariant(sign) != sign || Rune.ToLowerInvariant(sign) != sign
            || Rune.GetUnicodeCategory(sign) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            || !string.Equals(UnicodeText.Normalize($"{sign}", NormalizationForm.FormKD), $"{sign}", StringComparison.Ordinal))];

    [Theory]
    [InlineData("ΜΑΡΙΟΣ", "μαριος")] // the last sigma is another letter
    [InlineData("GROSS", "groß")]
    [InlineData("GRO\u1E9E", "gross")]
    [InlineData("\u0535\u0552", "\u0587")] // Armenian ew
    [InlineData("\uFF21\uFF2E\uFF21", "ana")] // full width
    [InlineData("ZOE\u0308", "zo\u00EB")] // combining diaeresis
    [InlineData("\uFB01nn", "FINN")] // ligature
    [InlineData("\u212Aim", "KIM")] // the Kelvin sign
    [InlineData("\u1F80", "\u1F00\u0399")] // alpha with an iota below, and beside it
    [InlineData("\U00010400", "\U00010428")] // Deseret, outside the BMP
    [InlineData("\u1C90\u1C91", "\u10D0\u10D1")] // Georgian capitals
    [InlineData("\u13A0", "\uAB70")] // Cherokee
    [InlineData("a\u200Bn\u200Ea\uFEFF", "ana")] // nobody sees it
    [InlineData("\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u062E")] // the Persian non-joiner
    [InlineData("\u0130van", "i\u0307van")] // capital I with dot
    public void Spellings_of_one_name_have_one_key(string left, string right)
    {
        Assert.Equal(FoldedText.Of(left), FoldedText.Of(right));
        Assert.Equal(left, right, FoldedText.Comparer);
        Assert.Equal(FoldedText.Comparer.GetHashCode(left), FoldedText.Comparer.GetHashCode(right));
    }

    [Theory]
    [InlineData("ana", "anna")]
    [InlineData("ana", "\u0430\u043D\u0430")] // Cyrillic
    [InlineData("kim", "k\u0131m")] // dotless i
    [InlineData("zoe", "zo\u00EB")]
    public void Other_names_have_other_keys(string left, string right) => Assert.NotEqual(left, right, FoldedText.Comparer);

    /// <summary>Every code point that has another form, alone and before marks that could change how it is composed.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\u0301")]
    [InlineData("\u0345")]
    [InlineData("\u0327\u0301")]
    public void A_key_is_its_own_key_and_the_key_of_every_case_and_normal_form(string mark)
    {
        var wrong = Movable.Where(sign =>
        {
            var text = $"a{sign}{mark}b";
            var key = FoldedText.Of(text);
            return new[]
            {
                key, Decomposed(text).ToUpperInvariant(), Decomposed(text).ToLowerInvariant(), Decomposed(text),
                UnicodeText.Normalize(text, NormalizationForm.FormC), UnicodeText.Normalize(text, NormalizationForm.FormKC),
            }.Any(other => !string.Equals(FoldedText.Of(other), key, StringComparison.Ordinal));
        });

        Assert.Empty(wrong);
    }

    private static string Decomposed(string text) => UnicodeText.Normalize(text, NormalizationForm.FormD);

    [Theory]
    [InlineData("ana\uD800")]
    [InlineData("\uDC00\uFFFE")]
    public void What_is_no_text_has_a_key_too(string text) => Assert.Equal(FoldedText.Of(FoldedText.Of(text)), FoldedText.Of(text));
}
