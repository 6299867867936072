namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Authenticators;
using Xunit;

public sealed class SixDigitsTests
{
    [Theory]
    [InlineData("123456")]
    [InlineData(" 123456 ")]
    [InlineData("123 456")]
    [InlineData("123-456")]
    [InlineData("1 2 3 4 5 6")]
    [InlineData("12-34-56")]
    [InlineData("\t123\t456\r\n")]
    [InlineData("123\u00A0456")]
    [InlineData("123\u2009456")]
    [InlineData("123\u3000456")]
    [InlineData("123\u2010456")]
    [InlineData("123\u2013456")]
    [InlineData("123\u200B456")]
    [InlineData("\uFEFF123456")]
    [InlineData("\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16")]
    [InlineData("\uFF11\uFF12\uFF13 456")]
    [InlineData("\u0661\u0662\u0663\u0664\u0665\u0666")] // Arabic-Indic
    [InlineData("\u0967\u0968\u0969\u096A\u096B\u096C")] // Devanagari
    [InlineData("\U0001D7CF\U0001D7D0\U0001D7D1456")] // mathematical
    public void One_code_in_many_spellings(string typed)
    {
        Assert.Equal("123456", SixDigits.Parse(typed, out var length)?.Text);
        Assert.Equal(SixDigits.Length, length);
    }

    /// <summary>What is no guess is not charged; how many characters were typed is told.</summary>
    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData(" \t-", 0)]
    [InlineData("12345", 5)]
    [InlineData("1234567", 7)]
    [InlineData("12345a", 6)]
    [InlineData("+12345", 6)]
    [InlineData("0x1234", 6)]
    [InlineData("12345.", 6)]
    [InlineData("\u2460\u2461\u2462\u2463\u2464\u2465", 6)]
    [InlineData("\u00B9\u00B2\u00B3456", 6)]
    [InlineData("12345\0", 6)]
    public void Anything_else_is_no_guess(string? typed, int typedLength)
    {
        Assert.Null(SixDigits.Parse(typed, out var length));
        Assert.Equal(typedLength, length);
    }

    [Fact]
    public void A_megabyte_is_no_guess_either()
    {
        Assert.Null(SixDigits.Parse(new string('1', 1_000_000), out var length));
        Assert.Equal(1_000_000, length);
    }

    [Fact]
    public void Leading_zeros_belong_to_it() => Assert.Equal("000001", SixDigits.Parse("000 001", out _)?.Text);

    [Fact]
    public void It_shows_itself_to_nobody() =>
        Assert.DoesNotContain("123456", $"{SixDigits.Parse("123456", out _)}", StringComparison.Ordinal);
}
