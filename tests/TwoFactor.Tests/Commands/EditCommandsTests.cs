namespace TwoFactor.Tests.Commands;

using TwoFactor.Tests.Harness;
using Xunit;

/// <summary><c>account edit</c>, <c>account pass</c> and <c>account delete</c> beside a running server.</summary>
[Slow]
public sealed class EditCommandsTests(RunningServer running) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task Edit_changes_name_address_and_role_and_says_what_it_did()
    {
        using var lea = await running.EnrollAsync("lea");

        Assert.Equal("Saved.\n", (await running.DoAsync(
            "account", "edit", "lea", "--name", "Lea Öz", "--mail", "lea.oz@acme.example", "--role", "helpdesk")).Output);
        var row = await running.AnswerAsync("account", "show", "lea");
        Assert.Equal(
            ["lea", "Lea Öz", "lea.oz@acme.example", "helpdesk", "enrolled"],
            row.EnumerateObject().Select(member => member.Value.GetString()));
        Assert.Contains(
            "an operator of this server",
            (await running.Server.Mailbox.TakeAsync("lea@acme.example", "Your role was changed")).Text,
            StringComparison.Ordinal);

        var again = await running.AnswerAsync("account", "edit", "lea", "--role", "helpdesk");
        Assert.False(again.GetProperty("changed").GetBoolean());
        Assert.Equal(
            "Check the mail address. Enter a mail address, like ana@acme.example.",
            await running.RefuseAsync("account", "edit", "lea", "--mail", "nonsense"));
        Assert.Equal(
            "Choose another mail address. ada@acme.example belongs to another account.",
            await running.RefuseAsync("account", "edit", "lea", "--mail", "ada@acme.example"));
    }

    [Fact]
    public async Task Who_was_only_invited_is_invited_at_the_new_address()
    {
        await running.AddAsync("mia");

        Assert.True((await running.AnswerAsync("account", "edit", "mia", "--mail", "mia.new@acme.example")).GetProperty("invited_anew")
            .GetBoolean());
        await running.Server.Mailbox.TakeAsync("mia.new@acme.example", "invited");
    }

    [Fact]
    public async Task The_last_admin_is_neither_demoted_nor_deleted()
    {
        Assert.Equal(
            "ada is the last admin who can sign in. Make another one first.",
            await running.RefuseAsync("account", "edit", "ada", "--role", "user"));
        Assert.Equal(
            "ada is the last admin who can sign in. Make another one first.",
            await running.RefuseAsync("account", "delete", "ada", "--yes"));
    }

    [Fact]
    public async Task Pass_prints_it_once_and_it_signs_in_once()
    {
        using var ned = await running.EnrollAsync("ned");

        var answer = await running.AnswerAsync("account", "pass", "ned", "--reason", "phone at home");
        Assert.Equal(["user_name", "pass", "ends_at"], answer.EnumerateObject().Select(member => member.Name));
        var (browser, _) = await ned.EnterPasswordAsync();
        using (browser)
        {
            var home = await browser.SubmitAsync(
                await browser.GetAsync("/sign-in/recovery-code"), ("recovery-code", answer.GetProperty("pass").GetString()!));
            Assert.Equal("/account", home.Path);
        }

        Assert.Contains(
            "A pass for ned's sign-in",
            (await running.Server.Mailbox.TakeAsync("ada@acme.example", "A pass was given")).Text,
            StringComparison.Ordinal);
        await running.AddAsync("olga");
        Assert.Equal("olga has not enrolled yet. Send a new invitation instead.", await running.RefuseAsync("account", "pass", "olga"));
    }

    [Fact]
    public async Task Delete_takes_a_yes_and_leaves_no_account()
    {
        using var pia = await running.EnrollAsync("pia");

        Assert.Equal(2, (await running.Server.RunAsync(["account", "delete", "pia"])).ExitCode);
        var answer = await running.AnswerAsync("account", "delete", "pia", "--yes", "--reason", "left");
        Assert.True(answer.GetProperty("deleted").GetBoolean());
        Assert.Equal("There is no account named pia.", await running.RefuseAsync("account", "show", "pia"));
        Assert.StartsWith("/sign-in", (await pia.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
        await running.DoAsync("audit", "verify");
    }
}
