namespace TwoFactor.Tests.Commands;

using System.Net;
using System.Text.Json;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary><c>account …</c> beside a running server.</summary>
[Slow]
public sealed class AccountCommandsTests(RunningServer running) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Add_makes_an_account_mails_its_invitation_and_prints_the_link()
    {
        var added = await running.DoAsync("account", "add", "bob", "--mail", "Bob@Acme.Example", "--name", "Bob Zoë");

        var message = await running.Server.Mailbox.TakeAsync("bob@acme.example");
        Assert.StartsWith(
            $"bob is invited: {message.Link("/invitation/")}\nThe invitation is on its way to bob@acme.example. It ends ",
            added.Output,
            StringComparison.Ordinal);
        Assert.Equal("invited", await running.StateAsync("bob"));
        Assert.Equal("invited", await running.StateAsync("bob@acme.example"));
    }

    [Fact]
    public async Task A_taken_or_unfit_name_or_address_is_refused_with_its_sentence()
    {
        await running.AddAsync("carl");

        Assert.Equal(
            "Choose another user name. There is already an account named carl.",
            await running.RefuseAsync("account", "add", "Carl", "--mail", "other@acme.example"));
        Assert.Equal(
            "Choose another mail address. carl@acme.example belongs to another account.",
            await running.RefuseAsync("account", "add", "other", "--mail", "CARL@acme.example"));
        Assert.Equal(
            "Check the user name. A user name has 1 to 64 letters, digits, dots, underscores or hyphens.",
            await running.RefuseAsync("account", "add", "a b", "--mail", "ab@acme.example"));
        Assert.Equal(
            "Check the mail address. Enter a mail address, like ana@acme.example.",
            await running.RefuseAsync("account", "add", "ab", "--mail", "ab"));
    }

    [Fact]
    public async Task Lists_have_exactly_the_promised_members()
    {
        await running.DoAsync("account", "add", "dora", "--mail", "dora@acme.example", "--name", "Dora Möß", "--role", "helpdesk");

        var list = await running.AnswerAsync("account", "list");
        var dora = await running.AnswerAsync("account", "show", "dora");

        Assert.Equal(JsonValueKind.Array, list.ValueKind);
        Assert.All(list.EnumerateArray().Append(dora), row => AssertMembers(row, "user_name", "name", "mail", "role", "state"));
        Assert.Equal(
            ["dora", "Dora Möß", "dora@acme.example", "helpdesk", "invited"],
            dora.EnumerateObject().Select(member => member.Value.GetString()));
        var ada = Assert.Single(list.EnumerateArray(), row => row.GetProperty("user_name").GetString() is "ada");
        Assert.Equal(
            ["ada", "ada", "ada@acme.example", "admin", "enrolled"], ada.EnumerateObject().Select(member => member.Value.GetString()));
        Assert.Contains(
            "dora\tDora Möß\tdora@acme.example\thelpdesk\tInvited\n",
            (await running.DoAsync("account", "list")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_switch_for_programs_works_before_and_after_the_command()
    {
        var after = await running.DoAsync("account", "show", "ada", "--json");

        Assert.Equal(after.Output, (await running.DoAsync("--json", "account", "show", "ada")).Output);
        Assert.Equal(after.Output, (await running.DoAsync("account", "--json", "show", "ada")).Output);
        Assert.NotEqual(after.Output, (await running.DoAsync("account", "show", "ada")).Output);
    }

    [Fact]
    public async Task A_list_can_be_cut_down_to_one_state()
    {
        await running.AddAsync("emil");
        using var fay = await running.EnrollAsync("fay");

        Assert.Contains("emil", await NamesAsync("invited"), StringComparer.Ordinal);
        Assert.DoesNotContain("fay", await NamesAsync("invited"), StringComparer.Ordinal);
        Assert.Contains("fay", await NamesAsync("enrolled"), StringComparer.Ordinal);
        Assert.DoesNotContain("emil", await NamesAsync("enrolled"), StringComparer.Ordinal);
        Assert.Equal("[]", (await running.DoAsync("account", "list", "--state", "closed", "--json")).Output.Trim());
    }

    [Fact]
    public async Task Nobody_by_that_name_is_a_no() =>
        Assert.Equal("There is no account named nobody.", await running.RefuseAsync("account", "show", "nobody", "--json"));

    [Fact]
    public async Task Invite_makes_a_new_link_and_ends_the_older_one()
    {
        var first = await running.AddAsync("gus");

        var again = await running.AnswerAsync("account", "invite", "gus");

        AssertMembers(again, "user_name", "link", "ends_at");
        using var visitor = running.Server.Visitor();
        Assert.Contains("This link was replaced by a newer one", (await visitor.GetAsync(first)).Words, StringComparison.Ordinal);
        using var gus = await NewUser.AcceptAsync(running.Server, "gus", new Uri(again.GetProperty("link").GetString()!));
        Assert.Equal(
            "This account is enrolled already. For a lost phone, reset it.", await running.RefuseAsync("account", "invite", "gus"));
    }

    [Fact]
    public async Task Disable_ends_sessions_and_enable_brings_the_account_back()
    {
        using var hal = await running.EnrollAsync("hal");

        Assert.Equal("Done.\n", (await running.DoAsync("account", "disable", "hal", "--reason", "left")).Output);
        Assert.Equal("held", await running.StateAsync("hal"));
        Assert.StartsWith("/sign-in", (await hal.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
        var again = await running.AnswerAsync("account", "disable", "hal");
        AssertMembers(again, "user_name", "changed");
        Assert.False(again.GetProperty("changed").GetBoolean());

        await running.DoAsync("account", "enable", "hal");
        Assert.Equal("enrolled", await running.StateAsync("hal"));
    }

    [Fact]
    public async Task The_last_admin_is_not_disabled() =>
        Assert.Equal(
            "ada is the last admin who can sign in. Make another one first.", await running.RefuseAsync("account", "disable", "ada"));

    [Fact]
    public async Task Unlock_ends_a_wait_once_a_day()
    {
        using var ivy = await running.EnrollAsync("ivy");
        Assert.Equal("ivy is not waiting.", await running.RefuseAsync("account", "unlock", "ivy"));
        await WaitAsync("ivy");

        await running.DoAsync("account", "unlock", "ivy", "--reason", "typed the old phone's codes");

        Assert.Equal("enrolled", await running.StateAsync("ivy"));
        await WaitAsync("ivy");
        Assert.StartsWith("Unlocked already at ", await running.RefuseAsync("account", "unlock", "ivy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_prints_a_ticket_once_cancel_stops_it_and_password_prints_a_link()
    {
        using var jan = await running.EnrollAsync("jan");

        var reset = await running.AnswerAsync("account", "reset", "jan", "--reason", "phone lost");
        AssertMembers(reset, "user_name", "ticket", "link", "ends_at");
        Assert.Matches("^([0-9A-Z]{4,6}[ -])+[0-9A-Z]{2,6}$", reset.GetProperty("ticket").GetString());
        Assert.Equal("held", await running.StateAsync("jan"));
        Assert.Contains(
            "A reset of jan's sign-in",
            (await running.Server.Mailbox.TakeAsync("ada@acme.example", "reset on the server")).Text,
            StringComparison.Ordinal);

        var cancelled = await running.AnswerAsync("account", "reset", "jan", "--cancel");
        AssertMembers(cancelled, "user_name", "cancelled");
        Assert.Equal("enrolled", await running.StateAsync("jan"));
        Assert.Equal("jan has no open reset.", await running.RefuseAsync("account", "reset", "jan", "--cancel"));

        var password = await running.AnswerAsync("account", "reset", "jan", "--password");
        AssertMembers(password, "user_name", "link", "ends_at");
        using var visitor = running.Server.Visitor();
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(new Uri(password.GetProperty("link").GetString()!))).Status);
    }

    [Fact]
    public async Task Who_has_not_enrolled_cannot_be_reset()
    {
        await running.AddAsync("kim");

        Assert.Equal("kim has not enrolled yet. Send a new invitation instead.", await running.RefuseAsync("account", "reset", "kim"));
        Assert.Equal(
            "kim has not enrolled yet. Send a new invitation instead.", await running.RefuseAsync("account", "reset", "kim", "--password"));
    }

    private async Task<IReadOnlyList<string?>> NamesAsync(string state) =>
        [.. (await running.AnswerAsync("account", "list", "--state", state)).EnumerateArray()
            .Select(row => row.GetProperty("user_name").GetString())];

    private Task WaitAsync(string userName) => DatabaseFile.ExecuteAsync(
        running.Server.DatabaseFile,
        $"UPDATE code_guard SET fails=12, wait_until=unixepoch()+600 "
            + $"WHERE account_id=(SELECT id FROM account WHERE user_name='{userName}')");

    private static void AssertMembers(JsonElement answer, params string[] names) =>
        Assert.Equal(names, answer.EnumerateObject().Select(member => member.Name), StringComparer.Ordinal);
}
