namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What an agent does to somebody's sign-in takes a code of the agent's own, has a limit, and is told to its owner: switching off and on,
/// and ending sessions.
/// </summary>
public sealed class AccountLockoutCodesTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new(("Smtp:Host", "localhost"), ("Limits:Help:StartedADay", "2")) { Adjust = App.LetFilesTake };
    private TestUser ada = null!;
    private TestUser hugo = null!;
    private TestUser ana = null!;
    private Guid id;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        hugo = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        ana = await TestUsers.AddAsync(app, "ana", Role.User);
        id = await app.IdAsync("ana");
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData("Disable")]
    [InlineData("Enable")]
    [InlineData("EndSessions")]
    public async Task Without_a_right_code_of_the_agents_own_nothing_happens(string handler)
    {
        if (handler == "Enable")
        {
            await ActAsync(lockout => lockout.DisableAsync(null, id, "left", null, Actor.Console, Cancellation));
        }

        var before = await app.GuardAsync(id);
        var messages = (await (await app.MailboxAsync()).AllAsync()).Count;
        var used = ada.Code();
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync("/proof?for=accounts"), ("code", used));
        foreach (var (code, words) in new[]
        {
            ("", "Enter the six digits"), ("12", "A code has six digits"), (used, "A code for this half minute was already used"),
            (ada.WrongCode(), "That code did not work"), (ana.Code(), "That code did not work"),
        })
        {
            var refused = await PostAsync(ada, handler, code);
            Assert.Contains(words, refused.Words, StringComparison.Ordinal);
            Assert.Equivalent(before, await app.GuardAsync(id), strict: true);
        }

        Assert.Equal(2, (await app.GuardAsync(await app.IdAsync("ada"))).Fails);
        Assert.Equal(messages, (await (await app.MailboxAsync()).AllAsync()).Count);

        app.Time.Advance(TotpCode.Period);
        Assert.NotEmpty((await PostAsync(ada, handler, ada.Code())).Headers.Location!.OriginalString);
        Assert.Equal(before.Epoch.Next(), (await app.GuardAsync(id)).Epoch);
    }

    /// <summary>On the page and on the console alike.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_owner_reads_who_did_it_and_why(bool byConsole)
    {
        var who = byConsole ? "an operator of this server" : "ada";
        foreach (var (handler, subject, audited) in new[]
        {
            ("EndSessions", "Your sessions were ended", AuditKinds.AccountSessionsEnded),
            ("Disable", "Your account was switched off", AuditKinds.AccountDisabled),
            ("Enable", "Your account was switched on again", AuditKinds.AccountEnabled),
        })
        {
            if (byConsole)
            {
                await ActAsync(lockout => handler switch
                {
                    "Disable" => lockout.DisableAsync(null, id, "A stolen laptop", null, Actor.Console, Cancellation),
                    "Enable" => lockout.EnableAsync(null, id, "A stolen laptop", null, Actor.Console, Cancellation),
                    _ => lockout.EndSessionsAsync(null, id, "A stolen laptop", null, Actor.Console, Cancellation),
                });
            }
            else
            {
                await PostAsync(ada, handler, ada.Code());
            }

            app.Time.Advance(TotpCode.Period);
            var told = await (await app.MailboxAsync()).TakeAsync(ana.Mail, subject);
            Assert.Contains($"Who: {who}", told.Text, StringComparison.Ordinal);
            Assert.Contains("A stolen laptop", told.Text, StringComparison.Ordinal);
            Assert.Equal(
                ["A stolen laptop"],
                await app.QueryAsync<string>($"SELECT detail AS Value FROM audit_event WHERE kind={audited} AND account_id={id}"));
        }
    }

    [Fact]
    public async Task Whoever_switches_many_off_reaches_the_limit_of_a_day_and_the_admins_hear_of_it()
    {
        foreach (var name in new[] { "bob", "cleo" })
        {
            await TestUsers.AddAsync(app, name, Role.User);
        }

        Assert.Contains("pass is on its way", (await app.HelpAsync(hugo, ana, "pass")).Words, StringComparison.Ordinal);
        await PostAsync(hugo, "Disable", hugo.Code());
        Assert.Equal(HeldBy.Disabled, (await app.GuardAsync(id)).Held);
        app.Time.Advance(TotpCode.Period);

        foreach (var name in new[] { "bob", "cleo" })
        {
            id = await app.IdAsync(name);
            var refused = await PostAsync(hugo, "Disable", hugo.Code());
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains("You have started 2 resets, passes and switch-offs in 24 hours.", refused.Words, StringComparison.Ordinal);
            Assert.Equal(HeldBy.None, (await app.GuardAsync(id)).Held);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await app.HelpAsync(hugo, new TestUser(app, "bob", "bob@acme.example"))).Status);
        var alarms = (await (await app.MailboxAsync()).AllAsync())
            .Where(message => message.Subject.Contains("by one agent", StringComparison.Ordinal));
        Assert.Equal(ada.Mail, Assert.Single(alarms).To);

        // Others go on, and so does the console; what was switched off stands on no list of requests.
        await PostAsync(ada, "Disable", ada.Code());
        Assert.Equal(HeldBy.Disabled, (await app.GuardAsync(id)).Held);
        Assert.Contains("No reset is open", (await ada.Browser.GetAsync("/admin/resets")).Words, StringComparison.Ordinal);
        Assert.IsType<LockoutOutcome.Done>(await ActAsync(async lockout =>
            await lockout.DisableAsync(null, await app.IdAsync("bob"), null, null, Actor.Console, Cancellation)));
    }

    [Fact]
    public async Task Ended_sessions_are_over_everywhere_and_the_owner_signs_in_again()
    {
        var elsewhere = ana.Elsewhere(app);
        await elsewhere.SignInAsync();
        var half = ana.Elsewhere(app);
        var form = await half.EnterPasswordAsync();

        var done = await ada.Browser.PressAsync(
            await ada.Browser.GetAsync($"/admin/accounts/{id}"), "End all sessions", ("reason", "A stolen laptop"), ("code", ada.Code()));

        Assert.Contains("ana's sessions have ended.", done.Words, StringComparison.Ordinal);
        await ana.AssertSignedOutAsync();
        await elsewhere.AssertSignedOutAsync();
        Assert.Contains("Start again", (await half.Browser.SubmitAsync(form, ("code", ana.Code()))).Words, StringComparison.Ordinal);
        app.Time.Advance(TotpCode.Period);
        ana.TakeNewBrowser();
        await ana.SignInAsync();
        Assert.Contains("Your sessions were ended", (await ana.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(id)).Held);
    }

    [Theory]
    [InlineData("hugo", "ana", HttpStatusCode.Forbidden)]
    [InlineData("hugo", "ada", HttpStatusCode.Forbidden)]
    [InlineData("ada", "ada", HttpStatusCode.Forbidden)]
    [InlineData("ana", "hugo", HttpStatusCode.NotFound)]
    [InlineData("ada", "hugo", HttpStatusCode.Redirect)]
    [InlineData("ada", "bea", HttpStatusCode.Redirect)]
    public async Task Only_admins_end_sessions_of_others(string agent, string target, HttpStatusCode status)
    {
        await TestUsers.AddAsync(app, "bea", Role.Admin);
        id = await app.IdAsync(target);
        var before = await app.GuardAsync(id);
        var who = agent switch { "ada" => ada, "hugo" => hugo, _ => ana };

        Assert.Equal(status, (await PostAsync(who, "EndSessions", who.Code())).Status);

        Assert.Equal(status == HttpStatusCode.Redirect, (await app.GuardAsync(id)).Epoch != before.Epoch);
        var page = await who.Browser.GetAsync($"/admin/accounts/{id}");
        Assert.Equal(
            status == HttpStatusCode.Redirect,
            page.Document.QuerySelector("form[action$='handler=EndSessions']") is not null);
    }

    /// <summary>A held account has no session, and its owner waits with a ticket that must not end.</summary>
    [Fact]
    public async Task Of_a_held_account_nothing_ends()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        Assert.Contains("It was so already.", (await PostAsync(ada, "EndSessions", ada.Code())).Words, StringComparison.Ordinal);
        app.Time.Advance(TotpCode.Period);
        ana.TakeNewBrowser();
        await ana.ConfirmAsync(await ana.EnterTicketAsync(ticket));
    }

    private Task<VisitedPage> PostAsync(TestUser agent, string handler, string code) => PostToAsync(
        agent, $"/admin/accounts/{id}?handler={handler}", ("reason", "A stolen laptop"), ("code", code));

    /// <summary>Posts what the page may not offer, and follows nothing.</summary>
    private static async Task<VisitedPage> PostToAsync(TestUser agent, string address, params (string Name, string Value)[] fields)
    {
        var token = (await agent.Browser.GetAsync("/sign-out")).Document.QuerySelector("main [name='form-token']")!.GetAttribute("value")!;
        using var content = new FormUrlEncodedContent(
            [new("form-token", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await agent.Browser.OnceAsync(HttpMethod.Post, new Uri(address, UriKind.Relative), content);
    }

    private Task<LockoutOutcome> ActAsync(Func<AccountLockout, Task<LockoutOutcome>> act) =>
        app.AskAsync(services => act(services.GetRequiredService<AccountLockout>()));
}
