namespace TwoFactor.Tests.Commands;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Lists, imports, waves and groups on the console, beside a running server.</summary>
[Slow]
public sealed class PeopleCommandsTests(RunningServer running) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_file_is_looked_at_imported_and_the_second_time_all_the_same()
    {
        var file = await FileAsync(
            "user_name,name,mail,groups", "imp-ana,Ana,imp-ana@acme.example,Import", "imp-bo,Bo,imp-bo@acme.example,Import");

        Assert.Equal(
            "2 new, 0 changed, 0 same, 0 bad.\nNothing was written: this was a dry run.\n",
            (await running.DoAsync("account", "import", file, "--dry-run")).Output);
        var done = await running.AnswerAsync("account", "import", file);
        Assert.Equal(
            ["imported", "undone", "new", "changed", "same", "bad", "lines"], done.EnumerateObject().Select(member => member.Name));
        Assert.Equal((true, 2), (done.GetProperty("imported").GetBoolean(), done.GetProperty("new").GetInt32()));
        Assert.False(done.GetProperty("undone").GetBoolean());
        Assert.Equal(
            "0 new, 0 changed, 2 same, 0 bad.\nImported. To invite who is new: account invite --never-invited\n",
            (await running.DoAsync("account", "import", file)).Output);
    }

    [Fact]
    public async Task Three_thousand_people_are_brought_in_with_a_word_each_five_hundred()
    {
        var file = await FileAsync(
            ["user_name,mail,groups", .. Enumerable.Range(1, 3000).Select(number => $"many-{number},many-{number}@acme.example,Many")]);

        var done = await running.Server.RunAsync(["account", "import", file]);

        Assert.Equal(0, done.ExitCode);
        Assert.StartsWith("3000 new, 0 changed, 0 same, 0 bad.\n", done.Output, StringComparison.Ordinal);
        Assert.Equal(6, done.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("3,000", done.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_line_is_a_no_with_its_number()
    {
        var file = await FileAsync("user_name,mail", "bad-ana,bad-ana@acme.example", "bad-bo,nowhere");

        var refused = await running.Server.RunAsync(["account", "import", file]);

        Assert.Equal((1, ""), (refused.ExitCode, refused.Error));
        Assert.Equal(
            "Line 3 bad-bo: This is no mail address, like ana@acme.example.\n1 new, 0 changed, 0 same, 1 bad.\nNothing was written. "
                + "Correct the file, and import it again.\n", refused.Output);
        Assert.Equal("There is no account named bad-ana.", await running.RefuseAsync("account", "show", "bad-ana"));
        Assert.Contains("cannot be read.", await running.RefuseAsync("account", "import", file + ".none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_every_new_role_above_a_users()
    {
        var file = await FileAsync("user_name,mail,role", "dry-ana,dry-ana@acme.example,user", "dry-bo,dry-bo@acme.example,admin");

        Assert.Equal(
            "Line 3 dry-bo: name: dry-bo mail: dry-bo@acme.example role: admin\n2 new, 0 changed, 0 same, 0 bad.\nNothing was "
                + "written: this was a dry run.\n",
            (await running.DoAsync("account", "import", file, "--dry-run")).Output);
    }

    [Fact]
    public async Task Waves_reminders_lists_and_dates_of_a_group()
    {
        var file = await FileAsync(
            "user_name,mail,groups", "w-ana,w-ana@acme.example,Wave", "w-bo,w-bo@acme.example,Wave", "w-cy,w-cy@acme.example,Other");
        await running.DoAsync("account", "import", file);
        Assert.Equal(
            "Who is in Wave should be enrolled by 2020-01-31.\n",
            (await running.DoAsync("group", "edit", "wave", "--enroll-by", "2020-01-31")).Output);

        var first = await running.AnswerAsync("account", "invite", "--never-invited", "--group", "Wave", "--limit", "1");
        Assert.Equal(["sent", "left_out", "remaining"], first.EnumerateObject().Select(member => member.Name));
        Assert.Equal((1, 1), (first.GetProperty("sent").GetInt32(), first.GetProperty("remaining").GetInt32()));
        Assert.Equal(
            "1 invitation is on the way. Nobody here is left who was never invited.\n",
            (await running.DoAsync("account", "invite", "--never-invited", "--group", "Wave")).Output);
        await running.Server.Mailbox.TakeAsync("w-bo@acme.example", "You are invited");

        Assert.Equal(["w-ana", "w-bo"], await NamesAsync("--late", "--group", "WAVE"));
        Assert.Equal(["w-ana", "w-bo"], await NamesAsync("--state", "invited", "--group", "Wave"));
        Assert.Equal(["w-cy"], await NamesAsync("--state", "never", "--group", "Other"));
        Assert.Equal(["w-cy"], await NamesAsync("--search", "w-cy@"));

        Assert.StartsWith(
            "2 reminders are on the way.",
            (await running.DoAsync("account", "remind", "--state", "late", "--group", "Wave")).Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "That day has passed.",
            (await running.Server.Mailbox.TakeAsync("w-ana@acme.example", "Reminder")).Text,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "0 reminders are on the way. 2 people were reminded within the last day and are left out.", (await running.DoAsync(
                "account", "remind", "--state", "invited", "--group", "Wave")).Output, StringComparison.Ordinal);

        var groups = await running.AnswerAsync("group", "list");
        var wave = Assert.Single(groups.EnumerateArray(), group => group.GetProperty("name").GetString() is "Wave");
        Assert.Equal(["name", "members", "enroll_by"], wave.EnumerateObject().Select(member => member.Name));
        Assert.Equal((2, "2020-01-31"), (wave.GetProperty("members").GetInt32(), wave.GetProperty("enroll_by").GetString()));
        Assert.Contains("Other\t1\t-\n", (await running.DoAsync("group", "list")).Output, StringComparison.Ordinal);
        Assert.Equal("Wave has no date any more.\n", (await running.DoAsync("group", "edit", "Wave", "--enroll-by", "none")).Output);
        Assert.Equal(
            "It was so already. Nothing was changed.\n", (await running.DoAsync("group", "edit", "Wave", "--enroll-by", "none")).Output);
    }

    [Fact]
    public async Task Who_is_added_can_be_given_groups_and_a_date()
    {
        await running.DoAsync(
            "account", "add", "g-ana", "--mail", "g-ana@acme.example", "--groups", "Given; More", "--enroll-by", "2020-01-31");

        Assert.Equal(["g-ana"], await NamesAsync("--late", "--group", "given"));
        Assert.StartsWith(
            "Check the date.",
            await running.RefuseAsync("account", "add", "g-bo", "--mail", "g-bo@acme.example", "--enroll-by", "soon"),
            StringComparison.Ordinal);
        Assert.Equal("There is no group named nobody-in-it.", await running.RefuseAsync("account", "list", "--group", "nobody-in-it"));
    }

    [Theory]
    [InlineData("account", "invite")]
    [InlineData("account", "invite", "ada", "--never-invited")]
    [InlineData("account", "invite", "ada", "--limit", "3")]
    [InlineData("account", "invite", "--never-invited", "--limit", "0")]
    [InlineData("account", "remind")]
    [InlineData("account", "remind", "--state", "enrolled")]
    [InlineData("account", "list", "--state", "enrolled", "--late")]
    [InlineData("account", "list", "--state", "unknown")]
    [InlineData("group", "edit", "Sales")]
    [InlineData("group", "edit", "Sales", "--enroll-by", "soon")]
    [InlineData("account", "import")]
    public async Task What_nobody_can_mean_is_bad_usage(params string[] command)
    {
        var refused = await running.Server.RunAsync(command);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
    }

    private async Task<IReadOnlyList<string?>> NamesAsync(params string[] filter) =>
        [.. (await running.AnswerAsync(["account", "list", .. filter])).EnumerateArray()
            .Select(row => row.GetProperty("user_name").GetString())];

    private async Task<string> FileAsync(params string[] lines)
    {
        var file = Path.Combine(running.Server.DataDirectory, $"{Guid.NewGuid():N}.csv");
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        return file;
    }
}
