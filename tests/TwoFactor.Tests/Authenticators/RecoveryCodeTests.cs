namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Authenticators.Recovery;
using Xunit;

/// <summary>A recovery code as people read and type it.</summary>
public sealed class RecoveryCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void It_is_four_groups_of_four_of_crockford_s_letters_and_reads_back()
    {
        var code = RecoveryCode.New();

        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$", code.RevealInGroups());
        Assert.True(code.IsWhole);
        Assert.Equal(code.Reveal(), RecoveryCode.Parse(code.RevealInGroups())!.Reveal());
        Assert.Equal("(hidden)", code.ToString());
    }

    /// <summary>75 bits: fifteen letters of five, each of which takes every value.</summary>
    [Fact]
    public void Its_first_fifteen_letters_are_random()
    {
        var codes = Enumerable.Range(0, 4_000).Select(_ => RecoveryCode.New().Reveal()).ToList();

        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        for (var place = 0; place < 15; place++)
        {
            var seen = codes.CountBy(code => code[place]).ToDictionary();
            Assert.Equal(Alphabet.Length, seen.Count);
            // 125 each on average; six standard deviations are 66.
            Assert.All(seen.Values, count => Assert.InRange(count, 59, 191));
        }
    }

    [Fact]
    public void Every_single_wrong_letter_is_found()
    {
        var code = RecoveryCode.New().Reveal();
        for (var place = 0; place < code.Length; place++)
        {
            foreach (var letter in Alphabet.Where(letter => letter != code[place]))
            {
                Assert.False(RecoveryCode.Parse(code[..place] + letter + code[(place + 1)..])!.IsWhole);
            }
        }
    }

    [Theory]
    [InlineData("k7qm-22xd-9rwa-5tj0", "K7QM22XD9RWA5TJ0")]
    [InlineData("  K7QM 22XD 9RWA 5TJ0 ", "K7QM22XD9RWA5TJ0")]
    [InlineData("K7QM\u201322XD\u20119RWA\u20145TJO", "K7QM22XD9RWA5TJ0")]
    [InlineData("IlLl-oOoO-iIlL-OooO", "1111000011110000")]
    [InlineData("\uFF2B\uFF17QM22XD9RWA5TJ0", "K7QM22XD9RWA5TJ0")]
    public void It_is_read_forgivingly(string typed, string read) => Assert.Equal(read, RecoveryCode.Parse(typed)?.Reveal());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123456")]
    [InlineData("K7QM-22XD-9RWA-5TJ")]
    [InlineData("K7QM-22XD-9RWA-5TJ00")]
    [InlineData("K7QM-22XD-9RWA-5TJU")]
    [InlineData("K7QM-22XD-9RWA-5TJ!")]
    public void What_is_none_is_none(string? typed) => Assert.Null(RecoveryCode.Parse(typed));
}
