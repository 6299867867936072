namespace TwoFactor.Tests.Accounts;

using System.Text;
using TwoFactor.Accounts;
using Xunit;

public sealed class NamesTests
{
    [Theory]
    [InlineData("  Ana ", "ana")]
    [InlineData("ana.maria_b-2", "ana.maria_b-2")]
    [InlineData("ＡＮＡ", "ana")] // full width
    [InlineData("Zoe\u0308", "zo\u00EB")] // combining diaeresis
    [InlineData("\uFB01nn", "finn")] // ligature
    [InlineData("\u212Aim", "kim")] // the Kelvin sign
    [InlineData("\U0001D4B6na", "ana")] // mathematical script, outside the BMP
    [InlineData("\U00010400", "\U00010428")] // a message outside the BMP
    [InlineData("ИВАН", "иван")]
    [InlineData("ana\u200B", "ana")] // zero width
    [InlineData("ana\u202Enimda", "ananimda")] // right-to-left override
    public void A_user_name_has_one_spelling(string typed, string name) => Assert.Equal(name, UserName.Normalise(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ana maria")]
    [InlineData("ana\u00A0maria")]
    [InlineData("ana@acme")]
    [InlineData("ana/maria")]
    [InlineData("ana\r\nBcc")]
    [InlineData("\U0001F600")]
    public void Other_signs_make_no_user_name(string? typed) => Assert.Null(UserName.Normalise(typed));

    [Fact]
    public void What_is_no_character_makes_no_name_and_no_address()
    {
        // Not as InlineData: an attribute is written as UTF-8, which has no lone surrogate.
        foreach (var typed in new[] { "ana\uD800", "\uDC00ana", "ana\uFFFE", "ana\uFFFF", "ana\uFFFD", "ana\uFDD0" })
        {
            Assert.Null(UserName.Normalise(typed));
            Assert.Null(MailAddress.Normalise($"{typed}@acme.example"));
            Assert.Null(MailAddress.Normalise($"ana@{typed}"));
        }
    }

    [Fact]
    public void A_user_name_has_at_most_64_code_points()
    {
        Assert.Equal(new string('a', 64), UserName.Normalise(new string('A', 64)));
        Assert.Null(UserName.Normalise(new string('a', 65)));
        Assert.NotNull(UserName.Normalise(string.Concat(Enumerable.Repeat("\U00010400", 64))));
        Assert.Null(UserName.Normalise(string.Concat(Enumerable.Repeat("\U00010400", 65))));
        Assert.Null(UserName.Normalise(string.Concat(Enumerable.Repeat("\uFDFA", 60)))); // eighteen messages each, in NFKC
    }

    [Fact]
    public void A_normalised_name_is_found_by_itself()
    {
        var moved = Enumerable.Range(0, 0x110000)
            .Where(Rune.IsValid)
            .Select(sign => UserName.Normalise($"a{new Rune(sign)}b"))
            .OfType<string>()
            .Where(name => !string.Equals(UserName.Normalise(name), name, StringComparison.Ordinal));

        Assert.Empty(moved);
    }

    [Theory]
    [InlineData(" Ana@ACME.example ", "ana@acme.example")]
    [InlineData("ana+work@acme.example", "ana+work@acme.example")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("zoe\u0308@acme.example", "zo\u00EB@acme.example")]
    public void A_mail_address_has_one_spelling(string typed, string address) => Assert.Equal(address, MailAddress.Normalise(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ana")]
    [InlineData("@acme.example")]
    [InlineData("ana@")]
    [InlineData("a@b@c")]
    [InlineData("ana @acme.example")]
    [InlineData("ana@acme.example\r\nBcc: eve@evil.example")]
    [InlineData("ana@acme.example,eve@evil.example")]
    [InlineData("ana@acme.example;eve")]
    [InlineData("<ana@acme.example>")]
    [InlineData("\"ana\"@acme.example")]
    [InlineData("ana(x)@acme.example")]
    [InlineData("ana..b@acme.example")]
    [InlineData(".ana@acme.example")]
    [InlineData("ana@acme.example.")]
    [InlineData("ana@acme..example")]
    [InlineData("ana@-acme.example")]
    [InlineData("ana\0@acme.example")]
    [InlineData("ana\u2028@acme.example")]
    public void Other_forms_are_no_mail_address(string? typed) => Assert.Null(MailAddress.Normalise(typed));

    [Fact]
    public void A_mail_address_has_at_most_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 47), 5));
        Assert.Equal(254, MailAddress.Normalise("anamaria123456@" + domain)?.Length);
        Assert.Null(MailAddress.Normalise("anamaria1234567@" + domain));
        Assert.Null(MailAddress.Normalise(new string('a', 65) + "@acme.example"));
    }

    [Fact]
    public void What_contains_an_at_sign_is_looked_up_as_a_mail_address()
    {
        Assert.Equal(new SignInName.OfUser("ana"), SignInName.Parse(" ANA "));
        Assert.Equal(new SignInName.OfMail("ana@acme.example"), SignInName.Parse(" Ana@Acme.example"));
        Assert.IsType<SignInName.Nobody>(SignInName.Parse("ana@"));
        Assert.IsType<SignInName.Nobody>(SignInName.Parse("ana maria"));
        Assert.IsType<SignInName.Nobody>(SignInName.Parse(null));
    }
}
