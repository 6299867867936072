namespace TwoFactor.Tests.Characters;

using System.Globalization;
using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Web.Text;
using Xunit;

/// <summary>Whatever is typed is cleaned in one way: no reader refuses what another takes.</summary>
public sealed class TypedTextTests
{
    private const string SecretLetters = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    private static readonly List<Rune> Runes = [.. Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(sign => new Rune(sign))];

    private static readonly RecoveryCode Recovery = RecoveryCode.New();

    private static readonly Token Ticket = Token.New();

    /// <summary>Everything that is typed or pasted and that blanks and dashes do not change, with what it reads.</summary>
    private static readonly (string Name, string Value, Func<string, string?> Read)[] Readers =
    [
        ("code", "012345", typed => SixDigits.Parse(typed, out _)?.Text),
        ("recovery code", Recovery.Reveal(), typed => RecoveryCode.Parse(typed)?.Reveal()),
        ("ticket", Ticket.Reveal(), typed => Token.Parse(typed)?.Reveal()),
        ("secret of a file", SecretLetters, SecretOf),
    ];

    /// <summary>Everything that is cleaned at the most: what nobody sees is no part of it.</summary>
    private static readonly (string Name, string Value, Func<string, string?> Read)[] Names =
    [
        ("user name", "ana", UserName.Normalise),
        ("mail address", "ana@acme.example", MailAddress.Normalise),
        ("sign-in by name", "ana", typed => SignInName.Parse(typed).Folded),
        ("sign-in by address", "ana@acme.example", typed => SignInName.Parse(typed).Folded),
        ("group", "Sales", typed => GroupName.Normalise(typed) is { } name ? GroupName.Fold(name) : null),
        ("groups", "Sales", typed => GroupName.ReadList(typed) is { } names ? string.Join('|', names.Select(GroupName.Fold)) : null),
        ("search", "ana", typed => string.Join('|', SearchTerms.Read(typed))),
        ("date to enroll by", "2026-12-24", typed => Deadlines.Parse(typed)?.ToString("o", CultureInfo.InvariantCulture)),
        ("day of the audit", "2026-12-24", typed => Times.ParseDay(typed)?.ToString("o", CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public void What_nobody_sees_changes_nothing()
    {
        var invisible = Runes.Where(TypedText.IsInvisible).ToList();
        Assert.Superset(
            new HashSet<int>
            {
                0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200C, 0x200E, 0x202E, 0x2060, 0x2066, 0x3164, 0xFE0F, 0xFEFF, 0xE0041,
            },
            invisible.Select(sign => sign.Value).ToHashSet());

        AssertReads([.. Readers, .. Names], invisible, (value, sign) => $"{sign}{value[..1]}{sign}{value[1..]}{sign}");
    }

    [Fact]
    public void Blanks_at_the_ends_change_nothing() => AssertReads(
        [.. Readers, .. Names], Runes.Where(Rune.IsWhiteSpace), (value, sign) => $"{sign}{value}{sign}{sign}");

    [Fact]
    public void Blanks_and_dashes_of_all_scripts_change_no_code() => AssertReads(
        Readers,
        Runes.Where(sign => Rune.IsWhiteSpace(sign) || Rune.GetUnicodeCategory(sign) is UnicodeCategory.DashPunctuation)
            .Append(new Rune('\u2212')).Append(new Rune('\u30FC')),
        (value, sign) => $"{value[..3]}{sign}{value[3..]}");

    [Fact]
    public void Digits_of_all_scripts_are_digits()
    {
        var zeros = Runes.Where(sign =>
            Rune.GetUnicodeCategory(sign) is UnicodeCategory.DecimalDigitNumber && Rune.GetNumericValue(sign) is 0).ToList();
        Assert.Superset(new HashSet<int> { '0', 0x0660, 0x06F0, 0x0966, 0xFF10, 0x1D7CE }, zeros.Select(zero => zero.Value).ToHashSet());

        AssertReads([.. Readers, .. Names.Where(name => name.Value.StartsWith('2'))], zeros, (value, zero) => string.Concat(
            value.Select(letter => char.IsAsciiDigit(letter) ? new Rune(zero.Value + letter - '0').ToString() : letter.ToString())));
    }

    [Fact]
    public void Full_width_signs_and_small_letters_are_the_ordinary_ones()
    {
        static string Wide(string text) => string.Concat(text.Select(letter => (char)(letter + 0xFEE0)));
        AssertReads([.. Readers, .. Names], [default], (value, _) => Wide(value));
        AssertReads(Readers, [default], (value, _) => Wide(value.ToLowerInvariant()));
    }

    [Fact]
    public void Any_dash_separates_the_parts_of_a_date()
    {
        foreach (var dash in new[] { '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212', '\uFF0D' })
        {
            Assert.Equal(new DateOnly(2026, 12, 24), Deadlines.Parse($"2026{dash}12{dash}24"));
            Assert.Equal(new DateOnly(2026, 12, 24), Times.ParseDay($"2026{dash}12{dash}24"));
        }
    }

    [Theory]
    [InlineData("\u0939\u093F\u0928\u094D\u0926\u0940")] // Hindi: vowels are marks behind a letter
    [InlineData("\u0E1B\u0E39\u0E48")] // Thai
    [InlineData("\u05E9\u05B8\u05DC")] // Hebrew with points
    [InlineData("x\u0301")] // no composed letter exists
    public void Marks_behind_a_letter_belong_to_names_and_addresses(string name)
    {
        Assert.Equal(name, UserName.Normalise(name));
        Assert.Equal($"{name}@acme.example", MailAddress.Normalise($"{name}@acme.example"));
        Assert.Equal($"ana@{name}.example", MailAddress.Normalise($"ana@{name}.example"));
        Assert.Equal([name], SearchTerms.Read(name));
        Assert.Contains(name, SearchTerms.Of("ana", "ana@acme.example", $"Ana-{name}"));
        foreach (var homeless in new[] { $"\u0301{name}", $"a.\u0301{name}", $"{name}-\u0301" })
        {
            Assert.Null(UserName.Normalise(homeless));
            Assert.Null(MailAddress.Normalise($"{homeless}@acme.example"));
        }
    }

    [Fact]
    public void What_is_shown_is_one_line_that_can_be_seen()
    {
        Assert.Equal("Ana Maria", DisplayText.Sanitize(" Ana\tMaria\r\n"));
        Assert.Equal("Ana", DisplayText.Sanitize("\u202EA\u200Bna\uFEFF"));
        Assert.Equal("\u0645\u06CC\u200C\u062E", DisplayText.Sanitize("\u0645\u06CC\u200C\u062E"));
        Assert.Equal("Zo\u00EB", DisplayText.Sanitize("Zoe\u0308"));
        Assert.Equal("", DisplayText.Sanitize(" \u200C\u200D\uFE0F\u3164\u00A0"));
        Assert.Equal("a\uFFFDb\uFFFD", DisplayText.Sanitize("a\uD800b\uFFFE"));
    }

    [Fact]
    public void A_text_is_not_cut_within_a_pair()
    {
        Assert.Equal("ab", UnicodeText.Truncate("ab", 2));
        Assert.Equal("ab", UnicodeText.Truncate("abc", 2));
        Assert.Equal("a", UnicodeText.Truncate("a\U0001F600b", 2));
        Assert.Equal("a\U0001F600", UnicodeText.Truncate("a\U0001F600b", 3));
        Assert.Equal("", UnicodeText.Truncate("\U0001F600", 1));
    }

    private static void AssertReads(
        IEnumerable<(string Name, string Value, Func<string, string?> Read)> readers, IEnumerable<Rune> signs,
        Func<string, Rune, string> spell)
    {
        var all = signs.ToList();
        Assert.NotEmpty(all);
        Assert.Empty(
            from reader in readers
            let expected = reader.Read(reader.Value)
            from sign in all
            let read = reader.Read(spell(reader.Value, sign))
            where expected is null || !string.Equals(read, expected, StringComparison.Ordinal)
            select $"{reader.Name}: U+{sign.Value:X4} reads as {read ?? "nothing"}");
    }

    private static string? SecretOf(string typed) =>
        KeyUriParseResult.Parse($"otpauth://totp/ana?secret={typed}") is KeyUriParseResult.Valid(var secret)
            ? Convert.ToHexString(secret.Reveal())
            : null;
}
