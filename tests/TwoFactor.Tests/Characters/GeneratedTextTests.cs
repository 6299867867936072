namespace TwoFactor.Tests.Characters;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>No reader fails on any text, and what one of them takes for a name or a code, every other one takes for the same.</summary>
public sealed class GeneratedTextTests
{
    private const int Rounds = 2_000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Fact]
    public void Readers_agree_on_any_text() => AssertAgreement(20261130);

    [Theory]
    [Slow]
    [MemberData(nameof(Seeds))]
    public void Readers_agree_on_a_great_many_texts(int seed) => AssertAgreement(seed);

    private static void AssertAgreement(int seed)
    {
        var generated = new GeneratedText(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = generated.Text();
            AssertRead(text, $"{generated}, round {round}, {Escape(text)}");
            AssertSpelled(generated, $"{generated}, round {round}");
        }
    }

    private static void AssertRead(string text, string where)
    {
        var folded = FoldedText.Of(text);
        Assert.True(Same(folded, FoldedText.Of(folded)), where);
        var shown = DisplayText.Sanitize(text);
        Assert.True(Same(shown, DisplayText.Sanitize(shown)) && UnicodeText.ReplaceInvalid(shown) == shown, where);
        Assert.True(AuditDetail.Sanitize(text) is null || AuditDetail.Sanitize(text) == shown, where);
        Assert.True(Same(text, Csv.Restore(Csv.Line(text).TrimEnd('\r', '\n') is var cell && cell.StartsWith('"')
            ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : cell)) || text.EndsWith('\n') || text.EndsWith('\r'), where);

        // A name is its own spelling, is found by it, and is the one that the sign-in looks for.
        if (UserName.Normalise(text) is { } name)
        {
            Assert.True(Same(name, UserName.Normalise(name)), where);
            Assert.True(Same(SignInName.Parse(text).Folded, FoldedText.Of(name)), where);
            Assert.True(Finds(text, name, "ana@acme.example"), where);
        }

        if (MailAddress.Normalise(text) is { } mail)
        {
            Assert.True(Same(mail, MailAddress.Normalise(mail)), where);
            Assert.True(Same(SignInName.Parse(text).Folded, FoldedText.Of(mail)), where);
            Assert.True(Finds(text, "ana", mail), where);
        }

        Assert.True(UserName.Normalise(text) is null || MailAddress.Normalise(text) is null, where);
        if (GroupName.Normalise(text) is { } group)
        {
            Assert.True(Same(group, GroupName.Normalise(group)), where);
            Assert.True(Same(group, Assert.Single(GroupName.ReadList(text)!)), where);
        }

        // Codes, recovery codes and tickets differ in their length alone.
        var symbols = TypedText.Symbols(text);
        Assert.True(Same(SixDigits.Parse(text, out var length)?.Text, SixDigits.Parse(symbols, out _)?.Text), where);
        Assert.Equal(symbols.EnumerateRunes().Count(), length);
        Assert.True(Same(RecoveryCode.Parse(text)?.Reveal(), RecoveryCode.Parse(symbols)?.Reveal()), where);
        Assert.True(Same(Token.Parse(text)?.Reveal(), Token.Parse(symbols)?.Reveal()), where);
        _ = KeyUriParseResult.Parse(text);
        _ = KeyUriParseResult.Parse($"otpauth://totp/{text}?secret={text}&digits={text}");
        _ = Deadlines.Parse(text);
        _ = new TypedPassword(text).Length;
    }

    private static void AssertSpelled(GeneratedText generated, string where)
    {
        foreach (var name in new[] { "μαριοσ", "groß", "zo\u00EB.o-k_1", "\u0939\u093F\u0928\u094D\u0926\u0940" })
        {
            var other = generated.SpellName(name);
            var why = $"{where}, {name} as {Escape(other)}";
            Assert.True(UserName.Normalise(other) is { } read && FoldedText.Comparer.Equals(name, read), why);
            Assert.True(Same(SignInName.Parse(other).Folded, SignInName.Parse(name).Folded), why);
            Assert.True(GroupName.Normalise(other) is { } group && Same(GroupName.Fold(name), GroupName.Fold(group)), why);
            Assert.True(Same(Authenticator.Fold(DisplayText.Sanitize(name)), FoldedText.Of(name)), why);
            Assert.True(Finds(other, name, "ana@acme.example"), why);
            var address = generated.SpellName($"{name}@acme.example");
            Assert.True(
                MailAddress.Normalise(address) is { } mail && FoldedText.Comparer.Equals(mail, $"{name}@acme.example"),
                $"{where}, address {Escape(address)}");
            Assert.True(Finds(address, "ana", $"{name}@acme.example"), $"{where}, address {Escape(address)}");
        }

        var code = generated.SpellSymbols("012345");
        Assert.True(SixDigits.Parse(code, out _)?.Text is "012345", $"{where}, code {Escape(code)}");
        var recovery = generated.SpellSymbols("K7QM22XD9RWA5TJ0");
        Assert.True(RecoveryCode.Parse(recovery)?.Reveal() is "K7QM22XD9RWA5TJ0", $"{where}, recovery code {Escape(recovery)}");
        var ticket = generated.SpellSymbols("7QKDM2XH7QKDM2XH7QKDM2XH7Q");
        Assert.True(Token.Parse(ticket)?.Reveal() is "7QKDM2XH7QKDM2XH7QKDM2XH7Q", $"{where}, ticket {Escape(ticket)}");
        var day = generated.SpellDay("2026-12-24");
        Assert.True(Deadlines.Parse(day) == new DateOnly(2026, 12, 24), $"{where}, day {Escape(day)}");
    }

    /// <summary>Whether a search for the typed text finds the account: each typed word begins one of its words.</summary>
    private static bool Finds(string typed, string userName, string mail)
    {
        var terms = SearchTerms.Of(userName, mail, "");
        var words = SearchTerms.Read(typed);
        return words.Count > 0 && words.All(word => terms.Any(term => term.StartsWith(word, StringComparison.Ordinal)));
    }

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    private static string Escape(string text) => string.Concat(text.Select(letter => letter is >= ' ' and <= '~'
        ? letter.ToString()
        : $"\\u{(int)letter:X4}"));
}
