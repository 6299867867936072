namespace TwoFactor.Tests.Administration.Lists;

using TwoFactor.Administration.Lists;
using Xunit;

public sealed class CsvTests
{
    [Fact]
    public void Cells_are_quoted_where_they_must_be() => Assert.Equal(
        "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\" edge\",,Zoë\r\n", Csv.Line(
            "plain", "a,b", "say \"hi\"", "two\nlines", " edge", null, "Zoë"));

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49", "'+49")]
    [InlineData("-x", "'-x")]
    [InlineData("@home", "'@home")]
    [InlineData("\uFF1D1+1", "'\uFF1D1+1")]
    [InlineData("\uFF0B49", "'\uFF0B49")]
    [InlineData("\uFF0Dx", "'\uFF0Dx")]
    [InlineData("\uFF20home", "'\uFF20home")]
    [InlineData("'=1", "''=1")]
    [InlineData("'tis", "'tis")]
    [InlineData("O'Hara", "O'Hara")]
    [InlineData("1=1", "1=1")]
    public void A_formula_is_neutralised_and_comes_back_as_it_was(string cell, string written)
    {
        Assert.Equal(written + "\r\n", Csv.Line(cell));
        Assert.Equal(cell, Csv.Restore(written));
    }

    [Theory]
    [InlineData("\t=1", "'\t=1\r\n")]
    [InlineData("\r=1", "\"'\r=1\"\r\n")]
    public void So_is_one_behind_a_blank_that_spreadsheets_pass_over(string cell, string written) => Assert.Equal(written, Csv.Line(cell));
}
