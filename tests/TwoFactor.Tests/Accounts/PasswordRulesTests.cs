namespace TwoFactor.Tests.Accounts;

using System.ComponentModel;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using TwoFactor.Accounts.Passwords;
using Xunit;

public sealed class PasswordRulesTests
{
    private static readonly string[] Names = ["TwoFactor", "ana.maria", "amb7@acme.example", "Ána María Brück", "48213377"];

    private readonly PasswordRules rules = new(new PasswordLimits(), new CommonPasswords(null));

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("wir essen um acht")]
    [InlineData("ana likes big apples")]
    [InlineData("acme-example-2024-tulip")]
    [InlineData("3.14159 26535 89793")]
    [InlineData("密码密語很長的句子你知道嗎")]
    [InlineData("            x           y")]
    public void A_long_password_of_any_composition_fits(string typed) => Assert.IsType<PasswordVerdict.Allowed>(Judge(typed));

    [Fact]
    public void Lengths_are_counted_in_code_points()
    {
        Assert.Equal(new PasswordVerdict.TooShort(12), Judge(string.Empty));
        Assert.Equal(new PasswordVerdict.TooShort(12), Judge("tulip garden"[..11]));
        Assert.IsType<PasswordVerdict.Allowed>(Judge("tulip garden"));
        Assert.Equal(new PasswordVerdict.TooShort(12), Judge("tulip🌷🌷🌷🌷🌷x")); // 16 UTF-16 units
        Assert.Equal(new PasswordVerdict.TooShort(12), Judge("tu\u0308lip garde")); // 12 code points, 11 in NFC
        var sentence = string.Concat(Enumerable.Range(100, 43).Select(number => $"{number}"));
        Assert.IsType<PasswordVerdict.Allowed>(Judge(sentence[..128]));
        Assert.Equal(new PasswordVerdict.TooLong(128), Judge(sentence[..129]));
        Assert.Equal(new PasswordVerdict.TooLong(128), Judge(new string('\u0300', 60_000)));
    }

    [Theory]
    [InlineData("unbelievable")]
    [InlineData("UnBelievable")]
    [InlineData("1qaz2wsx3edc4rfv")]
    [InlineData("ｕｎｂｅｌｉｅｖａｂｌｅ")]
    [InlineData("unbelievableunbelievable")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("🌷🌷🌷🌷🌷🌷🌷🌷🌷🌷🌷🌷")]
    [InlineData("hunter2hunter2")]
    [InlineData("tulip tulip tul")]
    [InlineData("123456789012")]
    [InlineData("0987654321098")]
    [InlineData("ABCDEFGHijklm")]
    [InlineData("abcd4321efghi")]
    [InlineData("aaaabbbbcccc")]
    public void A_common_one_is_refused(string typed) => Assert.IsType<PasswordVerdict.Common>(Judge(typed));

    [Fact]
    public void A_password_said_twice_fits_if_once_would() => Assert.IsType<PasswordVerdict.Allowed>(Judge("tulip garden!tulip garden!"));

    [Theory]
    [InlineData("twofactor-2024")]
    [InlineData("TwoFactor!!!1")]
    [InlineData("AnaMaria-1990")]
    [InlineData("1990.ana.brück")]
    [InlineData("ánamaríabrück")]
    [InlineData("amb7@acme.example")]
    [InlineData("acme2024acme!")]
    [InlineData("4821337724680")]
    public void One_built_from_issuer_name_and_address_is_refused(string typed) =>
        Assert.IsType<PasswordVerdict.BuiltFromNames>(Judge(typed));

    [Fact]
    public void Names_that_are_not_known_are_left_out() =>
        Assert.IsType<PasswordVerdict.Allowed>(rules.Judge(new TypedPassword("twofactor-2024"), null, string.Empty, "\uD800"));

    [Fact]
    public void The_list_is_the_whole_list()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt");
        Assert.NotNull(stream);
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("MIT licence", lines[0], StringComparison.Ordinal);
        Assert.Contains("SecLists", lines[1], StringComparison.Ordinal);
        var passwords = lines.Where(line => !line.StartsWith('#')).ToList();
        Assert.Equal(12_045, passwords.Count);
        Assert.Equal(passwords.Count, passwords.Select(PasswordPatterns.Fold).Distinct(StringComparer.Ordinal).Count());
        Assert.All(passwords, password => Assert.IsType<PasswordVerdict.Common>(Judge(password)));
    }

    /// <summary>In capitals, in full width and with a decomposed letter, a password is still the one of the list.</summary>
    [Fact]
    public void The_operator_s_own_list_is_compared_in_the_same_spelling()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "\uFEFFAcme Harvest Café\r\n#harvest-festival\n\nshort\nŚwięto Plonów 12\n" + new string('x', 100_000));
            var own = new PasswordRules(new PasswordLimits(), new CommonPasswords(file));
            foreach (var common in new[]
            {
                "acme harvest café", "ACME HARVEST CAFE\u0301", "ａｃｍｅ harvest café", "#Harvest-Festival", "święto plonów 12",
                "Acme Harvest CaféAcme Harvest Café", "unbelievable",
            })
            {
                Assert.IsType<PasswordVerdict.Common>(own.Judge(new TypedPassword(common), Names));
            }

            Assert.IsType<PasswordVerdict.Allowed>(own.Judge(new TypedPassword("acme harvest cafés"), Names[1]));
            Assert.IsType<PasswordVerdict.Allowed>(Judge("#harvest-festival"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_form_field_binds_to_a_typed_password_that_shows_itself_to_nobody()
    {
        var metadata = new EmptyModelMetadataProvider().GetMetadataForType(typeof(TypedPassword));
        Assert.False(metadata.IsComplexType);
        var converter = TypeDescriptor.GetConverter(typeof(TypedPassword));

        var typed = Assert.IsType<TypedPassword>(converter.ConvertFromInvariantString(" a\u030A "));

        Assert.Equal(" \u00E5 ", typed.Text);
        Assert.Equal(3, typed.Length);
        Assert.Equal("(hidden)", typed.ToString());
        Assert.Equal("(hidden)", $"{typed}");
        Assert.False(converter.CanConvertTo(typeof(string)));
    }

    [Fact]
    public void What_is_no_character_breaks_nothing()
    {
        // Not as InlineData: an attribute is written as UTF-8, which has no lone surrogate.
        foreach (var typed in new[] { "a\uD800b", "a\uDC00b", "a\uFFFEb" })
        {
            Assert.Equal("a\uFFFDb", new TypedPassword(typed).Text);
            Assert.IsType<PasswordVerdict.Allowed>(rules.Judge(new TypedPassword($"tulip {typed} garden"), typed));
        }
    }

    private PasswordVerdict Judge(string typed) => rules.Judge(new TypedPassword(typed), Names);
}
