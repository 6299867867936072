namespace TwoFactor.Tests.Administration.Handover;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration.Handover;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What is shown once is not lost with one answer: for a minute the session that made it sees it again, and nobody else does.
/// </summary>
public sealed class HandoverCopiesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = App.WithMail();
    private TestUser ada = null!;
    private TestUser bea = null!;
    private TestUser cleo = null!;
    private TestUser ursula = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        (bea, cleo, _) = await app.StaffAsync();
        ursula = await TestUsers.InviteAsync(app, ada, "ursula");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    /// <summary>Each way to a ticket or pass on a page; the answer of the post that made it is thrown away.</summary>
    [Theory]
    [InlineData("reset", "alone")]
    [InlineData("pass", "alone")]
    [InlineData("reset", "approves and hands over")]
    [InlineData("pass", "approves and hands over")]
    [InlineData("reset", "asked and hands over")]
    [InlineData("pass", "asked and hands over")]
    [InlineData("reset", "after the notice")]
    public async Task Whoever_lost_the_answer_sees_it_again_for_a_minute(string kind, string way)
    {
        var target = way is "alone" or "approves and hands over" ? ursula : cleo;
        var (address, fields) = await ReadyAsync(kind, way, target);
        var made = AuditKinds.PassGiven;
        if (kind == "reset")
        {
            made = way is "alone" or "after the notice" or "approves and hands over" ? AuditKinds.ResetApproved : AuditKinds.TicketShown;
        }

        var account = await app.IdAsync(target.UserName);
        var before = await app.CountAsync(made, account);
        var lost = await PostAsync(address, fields);
        Assert.Equal(HttpStatusCode.Redirect, lost.Status);
        Assert.Equal(before + 1, await app.CountAsync(made, account));

        var page = $"/admin/accounts/{account}/{kind}";
        var shown = (await ada.Browser.GetAsync(page)).WordsOf(".key");
        Assert.DoesNotContain(shown, lost.Html, StringComparison.Ordinal);

        // The same form once more, a reload of the request's own page, and the same page just before the minute is over.
        Assert.Equal(shown, (await ada.Browser.GetAsync((await PostAsync(address, fields)).Headers.Location!)).WordsOf(".key"));
        Assert.Equal(shown, (await ada.Browser.GetAsync(address.Split('?')[0])).WordsOf(".key"));
        app.Time.Advance(HandoverCopies.Shown - TimeSpan.FromSeconds(1));
        Assert.Equal(shown, (await ada.Browser.GetAsync(page)).WordsOf(".key"));
        Assert.Equal(before + 1, await app.CountAsync(made, account));

        // Neither another admin, nor the same one in another browser.
        Assert.Empty((await bea.Browser.GetAsync(page)).Document.QuerySelectorAll(".key"));
        var elsewhere = ada.Elsewhere(app);
        await elsewhere.SignInAsync();
        Assert.Empty((await elsewhere.Browser.GetAsync(page)).Document.QuerySelectorAll(".key"));

        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await ada.Browser.GetAsync(page)).Document.QuerySelectorAll(".key"));
        Assert.Equal(1, await SweepAsync());
        Assert.Equal(0, (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM handover_copy"))[0]);
        await WorksAsync(kind, target, shown);
    }

    /// <summary>Who writes to the database reads nothing out of a copy, and shows it to nobody else, nor for longer.</summary>
    [Theory]
    [InlineData("another session")]
    [InlineData("another account")]
    [InlineData("another kind")]
    [InlineData("later")]
    [InlineData("other bytes")]
    public async Task An_altered_copy_shows_nothing(string how)
    {
        var (address, fields) = await ReadyAsync("pass", "alone", ursula);
        await PostAsync(address, fields);
        var beas = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM session WHERE account_id={await app.IdAsync("bea")}"))[0];
        var cleos = await app.IdAsync("cleo");
        await (how switch
        {
            "another session" => app.ExecuteAsync($"UPDATE handover_copy SET session_id={beas}"),
            "another account" => app.ExecuteAsync($"UPDATE handover_copy SET account_id={cleos}"),
            "another kind" => app.ExecuteAsync($"UPDATE handover_copy SET kind='reset'"),
            "later" => app.ExecuteAsync($"UPDATE handover_copy SET expires_at=expires_at+86400"),
            _ => app.ExecuteAsync($"UPDATE handover_copy SET ciphertext=substr(ciphertext, 1, length(ciphertext)-1) || x'00'"),
        });
        app.Time.Advance(how == "later" ? HandoverCopies.Shown : TimeSpan.Zero);

        foreach (var agent in new[] { ada, bea })
        {
            foreach (var page in new[] { $"{await app.IdAsync("ursula")}/pass", $"{await app.IdAsync("ursula")}/reset", $"{cleos}/pass" })
            {
                Assert.Empty((await agent.Browser.GetAsync($"/admin/accounts/{page}")).Document.QuerySelectorAll(".key"));
            }
        }
    }

    /// <summary>The other thing that is shown once: recovery codes wait until their owner says that they are saved.</summary>
    [Fact]
    public async Task Recovery_codes_whose_answer_was_lost_are_shown_again()
    {
        await ursula.SaveRecoveryCodesAsync();
        await ursula.Browser.SubmitAsync(await ursula.Browser.GetAsync("/proof?for=recovery-codes"), ("code", ursula.Code()));
        var form = await ursula.Browser.GetAsync("/account/recovery-codes");
        using var content = new FormUrlEncodedContent([Token(form)]);
        await ursula.Browser.OnceAsync(HttpMethod.Post, new Uri("/account/recovery-codes", UriKind.Relative), content);

        var (first, second) = (await ShownAsync(), await ShownAsync());

        Assert.NotEmpty(first);
        Assert.Equal(first, second);

        async Task<string[]> ShownAsync() => [.. (await ursula.Browser.GetAsync("/enroll/recovery-codes"))
            .Document.QuerySelectorAll(".codes li").Select(code => code.TextContent.Trim())];
    }

    /// <summary>Everything that comes before the last form: its address, and what is typed into it.</summary>
    private async Task<(string Address, KeyValuePair<string, string>[] Fields)> ReadyAsync(string kind, string way, TestUser target)
    {
        var account = await app.IdAsync(target.UserName);
        if (way == "alone")
        {
            var page = await ada.Browser.GetAsync($"/admin/accounts/{account}/{kind}");
            return ($"/admin/accounts/{account}/{kind}",
                [
                    Token(page), new("epoch", $"{(await app.GuardAsync(account)).Epoch}"), new("verified", "badge"),
                    new("reason", "Lost"), new("delivery", "hand-over"), new("code", ada.Code()),
                ]);
        }

        if (way == "after the notice")
        {
            // The help desk is no second person for an admin, and there is no third admin.
            await app.ArrangeAsync($"UPDATE account SET role='user' WHERE user_name='bea'");
            await app.HelpAsync(ada, target, kind);
            await app.ArrangeAsync($"UPDATE account SET role='admin', role_since={app.Time.Now()} WHERE user_name='bea'");
            app.Time.Advance(TimeSpan.FromHours(24));
            foreach (var agent in new[] { ada, bea })
            {
                agent.TakeNewBrowser();
                await agent.SignInAsync();
            }
        }
        else if (way == "asked and hands over")
        {
            await app.ApproveAsync(bea, await app.AskForSecondAsync(ada, target, kind));
        }
        else
        {
            var hilda = await TestUsers.AddAsync(app, "hilda", Role.Helpdesk);
            await app.AskForSecondAsync(hilda, target, kind);
        }

        var request = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM help_request WHERE ended_at IS NULL"))[0];
        var form = await ada.Browser.GetAsync($"/admin/resets/{request}");
        var handler = way == "approves and hands over" ? "Approve" : "HandOver";
        return ($"/admin/resets/{request}?handler={handler}", [Token(form), new("verified", "badge"), new("code", ada.Code())]);
    }

    private static async Task WorksAsync(string kind, TestUser target, string shown)
    {
        target.TakeNewBrowser();
        if (kind == "pass")
        {
            Assert.Equal("/account", (await target.RecoverAsync(shown)).Path);
            return;
        }

        await target.ConfirmAsync(await target.Browser.SubmitAsync(await target.EnterPasswordAsync(), ("ticket", shown)));
    }

    private static KeyValuePair<string, string> Token(VisitedPage page) =>
        new("form-token", page.Document.QuerySelector("main input[name=form-token]")!.GetAttribute("value")!);

    private async Task<VisitedPage> PostAsync(string address, KeyValuePair<string, string>[] fields)
    {
        using var content = new FormUrlEncodedContent(fields);
        return await ada.Browser.OnceAsync(HttpMethod.Post, new Uri(address, UriKind.Relative), content);
    }

    private async Task<int> SweepAsync() => (await app.AskAsync(services => services.GetRequiredService<UnitOfWork>().RunAsync(
        Actor.Server, Locks.None, async work => new Committed<int>(await HandoverCopies.SweepAsync(work)), Cancellation))).Value;
}
