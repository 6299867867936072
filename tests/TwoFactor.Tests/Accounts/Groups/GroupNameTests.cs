namespace TwoFactor.Tests.Accounts.Groups;

using TwoFactor.Accounts.Groups;
using Xunit;

/// <summary>What a group may be called.</summary>
public sealed class GroupNameTests
{
    [Theory]
    [InlineData(" Sales ", "Sales")]
    [InlineData("Zoe\u0308s Team", "Zo\u00EBs Team")]
    [InlineData("R&D (EMEA), first floor", "R&D (EMEA), first floor")]
    [InlineData("a\u202Eb", "ab")]
    [InlineData("\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u200C\u062E")] // Persian is written with the non-joiner
    [InlineData("\u041F\u0440\u043E\u0434\u0430\u0436\u0438", "\u041F\u0440\u043E\u0434\u0430\u0436\u0438")]
    public void It_is_trimmed_and_composed(string typed, string name) => Assert.Equal(name, GroupName.Normalise(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a;b")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    [InlineData("---")]
    [InlineData("\u202E\u200B")]
    [InlineData("\uD800")]
    public void What_nobody_can_read_or_tell_apart_is_no_name(string? typed) => Assert.Null(GroupName.Normalise(typed));

    [Fact]
    public void It_has_64_characters_at_most()
    {
        Assert.NotNull(GroupName.Normalise(new string('a', 64)));
        Assert.Null(GroupName.Normalise(new string('a', 65)));
    }

    [Fact]
    public void A_list_has_semicolons_between_and_nobody_twice()
    {
        Assert.Equal(["Sales", "R&D"], GroupName.ReadList(" Sales;R&D ; sales;; "));
        Assert.Equal([], GroupName.ReadList(null)!);
        Assert.Null(GroupName.ReadList("Sales; ---"));
    }
}
