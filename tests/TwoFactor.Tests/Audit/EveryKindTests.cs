namespace TwoFactor.Tests.Audit;

using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Every kind of event is explained in docs/audit.md, and written by a story that goes through the program's own doors.</summary>
public sealed class EveryKindTests
{
    private static readonly IReadOnlyList<string> Known = [.. AuditTextTests.Kinds.Select(kind => kind.Data.Item2)];

    public static TheoryData<string> Stories => [.. KindStories.All.Select(story => story.Name)];

    [Fact]
    public void Every_kind_has_its_row_in_the_docs_with_the_words_that_people_read()
    {
        var rows = File.ReadAllLines(Repository.PathOf("docs", "audit.md"))
            .SkipWhile(line => !line.StartsWith("| kind |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var tallied = rows.Where(row => row[1].EndsWith('*')).Select(row => row[1].Split('`')[1]);

        Assert.Equal(
            Known.Order(StringComparer.Ordinal).Select(kind => $"{kind}: {AuditText.For(kind)}"),
            rows.Select(row => $"{row[1].Split('`')[1]}: {row[2]}").Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(rows, row => Assert.NotEmpty(row[3]));
        Assert.Equal(AuditKindList.Tallied.Order(StringComparer.Ordinal), tallied.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Every_kind_has_a_story()
    {
        var told = KindStories.All.SelectMany(story => story.Kinds).ToList();

        Assert.Empty(Known.Except(told, StringComparer.Ordinal));
        Assert.Empty(told.Except(Known, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_story_writes_its_kinds(string name)
    {
        var story = KindStories.All.Single(each => string.Equals(each.Name, name, StringComparison.Ordinal));
        using var app = story.KeepsHouse
            ? new App { KeepsHouse = true }
            : new App(("Smtp:Host", "localhost"))
            {
                Adjust = App.LetFilesTake,
                StartsFirst = story.Kinds.Contains(AuditKinds.KeysCreated, StringComparer.Ordinal)
            };

        await story.Act(app);

        var written = await app.QueryAsync<string>($"SELECT DISTINCT kind AS Value FROM audit_event");
        Assert.Empty(story.Kinds.Except(written, StringComparer.Ordinal));
    }
}
