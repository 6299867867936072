namespace TwoFactor.Tests.Administration;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A reset, as an agent and an owner meet it: on pages.</summary>
public sealed class ResetsTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser admin = null!;
    private TestUser user = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(app);
        user = await TestUsers.InviteAsync(app, admin, "ursula");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData(Role.Helpdesk, Role.User, true)]
    [InlineData(Role.Helpdesk, Role.Helpdesk, false)]
    [InlineData(Role.Helpdesk, Role.Admin, false)]
    [InlineData(Role.Admin, Role.User, true)]
    [InlineData(Role.Admin, Role.Helpdesk, true)]
    public async Task Only_a_higher_role_resets(Role agent, Role target, bool allowed)
    {
        var who = await TestUsers.AddAsync(app, "agent", agent);
        var whom = await TestUsers.AddAsync(app, "target", target);
        var before = await GuardAsync("target");
        var form = await who.Browser.GetAsync("/admin/accounts");
        var answer = await PostResetAsync(who, form, "target", who.Code());
        if (allowed)
        {
            Assert.Contains("target's ticket is on its way by mail. It ends ", answer.Words, StringComparison.Ordinal);
            Assert.StartsWith("/sign-in?", (await whom.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("Only somebody with a higher role can change target.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(before, await GuardAsync("target"));
        Assert.Equal(1, await CountAsync("reset.refused"));
        Assert.Equal("/account", (await whom.Browser.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task Nobody_resets_themselves()
    {
        var answer = await PostResetAsync(admin, await admin.Browser.GetAsync("/admin/accounts"), "ada", admin.Code());
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("You cannot reset yourself.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("reset.refused"));
    }

    [Fact]
    public async Task What_is_missing_is_said_at_its_field_and_charges_nothing()
    {
        var form = await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}/reset");
        var answer = await admin.Browser.SubmitAsync(form, ("delivery", "hand-over"), ("code", admin.Code()));
        Assert.Contains("Choose how you checked that this is ursula.", answer.WordsOf("#verified-error"), StringComparison.Ordinal);
        Assert.Contains("Say why. ursula will read this.", answer.WordsOf("#reason-error"), StringComparison.Ordinal);
        Assert.Contains("badge", answer.WordsOf("#delivery-error"), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("reset.approved"));
        Assert.Contains("ursula's ticket is on its way", (await ApproveAsync("mail", "call-back")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_code_is_charged_to_the_agent_and_holds_nobody()
    {
        var form = await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}/reset");
        var answer = await admin.Browser.SubmitAsync(form, ("verified", "call-back"), ("reason", "lost"), ("code", admin.WrongCode()));
        Assert.Contains("That code did not work", answer.Words, StringComparison.Ordinal);
        Assert.Equal(1, (await app.QueryAsync<int>(
            $"SELECT g.fails AS Value FROM code_guard g JOIN account a ON a.id=g.account_id WHERE a.user_name='ada'"))[0]);
        Assert.Equal("/account", (await user.Browser.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task The_help_desk_never_sees_a_ticket()
    {
        var hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var form = await hugo.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}/reset");
        Assert.DoesNotContain("hand-over", form.Html, StringComparison.Ordinal);
        var refused = await PostResetAsync(hugo, form, "ursula", hugo.Code(), delivery: "hand-over", verified: "badge");
        Assert.Contains("Handing it over takes an admin", refused.Words, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("reset.approved"));

        var mailed = await PostResetAsync(hugo, form, "ursula", hugo.Code());
        var ticket = (await (await app.MailboxAsync()).TakeAsync(user.Mail, "your ticket")).Link("/sign-in/ticket/").Segments[^1];
        foreach (var page in new[] { mailed, await hugo.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}") })
        {
            Assert.DoesNotContain(ticket, page.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Token.Parse(ticket)!.RevealInGroups(), page.Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Of_two_approvals_made_from_the_same_page_one_stands()
    {
        var second = await TestUsers.AddAsync(app, "second", Role.Admin);
        var (one, two) = (await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}/reset"), await second.Browser.GetAsync(
            $"/admin/accounts/{await IdAsync("ursula")}/reset"));
        var first = await admin.Browser.SubmitAsync(one, ("verified", "call-back"), ("reason", "lost"), ("code", admin.Code()));
        var other = await second.Browser.SubmitAsync(two, ("verified", "call-back"), ("reason", "lost"), ("code", second.Code()));
        Assert.Contains("ursula's ticket is on its way", first.Words, StringComparison.Ordinal);
        Assert.Contains("This account changed meanwhile. Look again.", other.Words, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("reset.approved"));
    }

    [Fact]
    public async Task It_holds_and_deletes_nothing_and_the_owner_stops_it_with_both_old_factors()
    {
        await ApproveAsync("mail", "call-back");
        Assert.StartsWith("/sign-in?", (await user.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
        var ticketPage = await user.EnterPasswordAsync();
        Assert.Equal("/sign-in/ticket", ticketPage.Path);
        Assert.Contains("The help desk started a reset of your sign-in on", ticketPage.Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in/ticket", (await user.Browser.GetAsync("/sign-in/code")).Path);

        var stop = await user.Browser.GetAsync("/sign-in/cancel-reset");
        var stopped = await user.Browser.SubmitAsync(stop, ("code", user.Code()));
        Assert.Equal("/sign-in", stopped.Path);
        Assert.Contains("The reset was stopped. Everything is as before.", stopped.Words, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in?", (await user.Browser.GetAsync("/account")).Path, StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromSeconds(30));
        await user.SignInAsync();
        Assert.Equal("/account", (await user.Browser.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task A_ticket_needs_its_owner_its_epoch_and_is_used_once()
    {
        var other = await TestUsers.InviteAsync(app, admin, "otto");
        await ApproveAsync("mail", "call-back");
        await ApproveAsync("mail", "call-back", "otto");
        var mailbox = await app.MailboxAsync();
        var (mine, theirs) = (await mailbox.TakeAsync(user.Mail, "your ticket"), await mailbox.TakeAsync(other.Mail, "your ticket"));
        var page = await user.EnterPasswordAsync();
        var wrong = await user.Browser.SubmitAsync(page, ("ticket", theirs.Link("/sign-in/ticket/").Segments[^1]));
        Assert.Contains("That ticket did not work.", wrong.Words, StringComparison.Ordinal);

        var picture = await user.Browser.SubmitAsync(wrong, ("ticket", mine.Link("/sign-in/ticket/").Segments[^1].ToLowerInvariant()));
        await user.ConfirmAsync(picture);
        await ApproveAsync("mail", "call-back");
        var again = await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("ticket", mine.Link("/sign-in/ticket/").Segments[^1]));
        Assert.Contains("This ticket ended on", again.Words, StringComparison.Ordinal);
    }

    /// <summary>An epoch that is none, or is missing, is not the guard's: the form counts as one of before a change.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public async Task A_form_whose_epoch_is_no_number_changes_nothing(string epoch)
    {
        var before = await GuardAsync("ursula");
        app.Time.Advance(TimeSpan.FromSeconds(60));

        var answer = await PostResetAsync(admin, await admin.Browser.GetAsync("/admin"), "ursula", admin.Code(), epoch: epoch);

        Assert.Contains("This account changed meanwhile.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(before, await GuardAsync("ursula"));
    }

    private async Task<VisitedPage> ApproveAsync(string delivery, string verified, string name = "ursula")
    {
        app.Time.Advance(TimeSpan.FromSeconds(60));
        var form = await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync(name)}/reset");
        return await admin.Browser.SubmitAsync(
            form, ("verified", verified), ("reason", "lost"), ("delivery", delivery), ("code", admin.Code()));
    }

    /// <summary>Posts the reset's form with the token of any page: what a page does not offer can be sent all the same.</summary>
    private async Task<VisitedPage> PostResetAsync(
        TestUser agent, VisitedPage anyPage, string name, string code, string delivery = "mail", string verified = "call-back",
        string? epoch = null)
    {
        var guard = await GuardAsync(name);
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = anyPage.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!,
            ["verified"] = verified,
            ["reason"] = "lost",
            ["delivery"] = delivery,
            ["code"] = code,
            ["epoch"] = epoch ?? guard.Split(' ')[0],
        });
        var answer = await agent.Browser.OnceAsync(
            HttpMethod.Post, new Uri($"/admin/accounts/{await IdAsync(name)}/reset", UriKind.Relative), content);
        return answer.Headers.Location is { } location ? await agent.Browser.GetAsync(location) : answer;
    }

    private async Task<string> GuardAsync(string name) => (await app.QueryAsync<string>(
        $"""
         SELECT g.epoch || ' ' || g.held || ' ' || g.fails AS Value
          FROM code_guard g JOIN account a ON a.id=g.account_id WHERE a.user_name={name}
         """))[0];

    private async Task<Guid> IdAsync(string name) =>
        (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name={name}"))[0];

    private async Task<int> CountAsync(string kind) =>
        (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind={kind}"))[0];
}
