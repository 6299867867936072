namespace TwoFactor.Tests.Authenticators;

using System.Globalization;
using System.Text;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The published vectors, through the same two methods that judge sign-ins.</summary>
public sealed class TotpCodeTests
{
    private static readonly TotpSecret Published = new(Encoding.ASCII.GetBytes("12345678901234567890"));

    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    public void The_codes_of_RFC_4226_appendix_D(long count, string code)
    {
        Assert.Equal(code, TotpCode.At(Published, new TimeStep(count)));
        Assert.Equal([new TimeStep(count)], TotpCode.MatchingSteps(Published, Code(code), At(count), 0, 0));
    }

    /// <summary>The SHA1 column; its eight digits end in our six.</summary>
    [Theory]
    [InlineData(59, 0x1, "94287082")]
    [InlineData(1_111_111_109, 0x23523EC, "07081804")]
    [InlineData(1_111_111_111, 0x23523ED, "14050471")]
    [InlineData(1_234_567_890, 0x273EF07, "89005924")]
    [InlineData(2_000_000_000, 0x3F940AA, "69279037")]
    [InlineData(20_000_000_000, 0x27BC86AA, "65353130")]
    public void The_codes_of_RFC_6238_appendix_B(long second, long number, string eightDigits)
    {
        var (moment, step) = (new UnixTime(second), new TimeStep(number));
        var code = eightDigits[2..];

        Assert.Equal(step, TotpCode.StepAt(moment));
        Assert.Equal(code, TotpCode.At(Published, step));
        Assert.Equal([step], TotpCode.MatchingSteps(Published, Code(code), moment, 1, 1));
    }

    [Fact]
    public void A_step_does_not_end_at_32_bits()
    {
        var step = new TimeStep((1L << 32) + 7);

        Assert.Equal([step], TotpCode.MatchingSteps(Published, Code(TotpCode.At(Published, step)), At(step.Number), 0, 0));
        Assert.NotEqual(TotpCode.At(Published, step), TotpCode.At(Published, new TimeStep(7)));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:29Z")]
    [InlineData("2026-11-24T10:02:00Z")]
    [InlineData("2026-11-24T10:02:29Z")]
    [InlineData("2038-01-19T03:14:08Z")]
    [InlineData("2603-10-11T11:33:20Z")]
    public async Task A_stranger_s_program_shows_the_same_code(string at)
    {
        var shownAt = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        var moment = UnixTime.Of(shownAt);
        for (var round = 0; round < 3; round++)
        {
            var secret = TotpSecret.New();

            var shown = await OathTool.CodeAsync(secret.RevealAsText(), shownAt);

            Assert.Equal(shown, TotpCode.At(secret, TotpCode.StepAt(moment)));
            Assert.Contains(TotpCode.StepAt(moment), TotpCode.MatchingSteps(secret, Code(shown), moment, 1, 1));
        }
    }

    [Fact]
    public void Only_the_steps_that_were_asked_for_match()
    {
        var hundred = new TimeStep(100);
        var matching = Enumerable.Range(-5, 11)
            .Where(offset =>
                TotpCode.MatchingSteps(Published, Code(TotpCode.At(Published, hundred + offset)), At(100), 2, 1)
                    .Contains(hundred + offset));

        Assert.Equal([-2, -1, 0, 1], matching);
    }

    [Fact]
    public void Before_the_epoch_there_are_no_steps() =>
        Assert.Equal([new TimeStep(0)], TotpCode.MatchingSteps(Published, Code(TotpCode.At(Published, new TimeStep(0))), At(0), 20, 20));

    [Fact]
    public void Of_several_matches_the_highest_comes_first()
    {
        var matching = TotpCode.MatchingSteps(TwinCodes.Secret, Code(TwinCodes.Code), At(TwinCodes.Step.Number + 1), 1, 1);

        Assert.Equal([TwinCodes.Step + 2, TwinCodes.Step], matching);
    }

    [Fact]
    public void A_secret_has_160_bits_and_shows_them_to_nobody()
    {
        var secret = TotpSecret.New();

        Assert.Equal(20, secret.Reveal().Length);
        Assert.Equal(32, secret.RevealAsText().Length);
        Assert.NotEqual(secret.RevealAsText(), TotpSecret.New().RevealAsText());
        Assert.DoesNotContain(secret.RevealAsText(), $"{secret}", StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TotpSecret(new byte[15]));
    }

    private static SixDigits Code(string text) => Assert.NotNull(SixDigits.Parse(text, out _));

    /// <summary>The beginning of a step.</summary>
    private static UnixTime At(long number) => new UnixTime(0) + (number * TotpCode.Period);
}
