namespace TwoFactor.Tests.Administration;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// After a mailed link or a changed address one agent who was talked round is not enough, until 72 hours and a full sign-in have
/// passed.
/// </summary>
public sealed class UntrustedMailboxResetsTests : IAsyncLifetime, IDisposable
{
    private const string Needed = "This takes a second person, and there is nobody who could.";
    public enum Answer
    {
        Done,
        Asked,
        Nobody,
    }

    private static readonly TimeSpan Caution = TimeSpan.FromHours(72);
    private readonly App app = App.WithMail();
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
    [InlineData(MailboxTrust.CoolingOff, Role.Admin, false, "hand-over", Answer.Nobody)]
    [InlineData(MailboxTrust.CoolingOff, Role.Admin, true, "mail", Answer.Asked)]
    [InlineData(MailboxTrust.CoolingOff, Role.Helpdesk, true, "mail", Answer.Asked)]
    [InlineData(MailboxTrust.Unverified, Role.Admin, false, "hand-over", Answer.Done)]
    [InlineData(MailboxTrust.Unverified, Role.Admin, true, "hand-over", Answer.Asked)]
    [InlineData(MailboxTrust.Unverified, Role.Admin, true, "mail", Answer.Asked)]
    [InlineData(MailboxTrust.Unverified, Role.Helpdesk, true, "mail", Answer.Asked)]
    [InlineData(MailboxTrust.Trusted, Role.Admin, false, "hand-over", Answer.Done)]
    [InlineData(MailboxTrust.Trusted, Role.Admin, true, "mail", Answer.Done)]
    [InlineData(MailboxTrust.Trusted, Role.Helpdesk, true, "mail", Answer.Done)]
    public async Task Who_may_reset_and_how(MailboxTrust trust, Role agentRole, bool hasHelpdesk, string delivery, Answer expected)
    {
        var hugo = hasHelpdesk ? await TestUsers.AddAsync(app, "hugo", Role.Helpdesk) : null;
        await app.LetAgentsBeOldAsync();
        var agent = agentRole == Role.Admin ? admin : hugo!;
        await MakeAsync(trust);
        agent.TakeNewBrowser();
        await agent.SignInAsync();
        var id = await app.IdAsync("ursula");
        var before = (await app.GuardAsync(id), await app.GuardAsync(await app.IdAsync(agent.UserName)));

        var answer = await PostAsync(agent, id, delivery, agent.Code());

        var after = (await app.GuardAsync(id), await app.GuardAsync(await app.IdAsync(agent.UserName)));
        switch (expected)
        {
            case Answer.Done:
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                Assert.Contains(delivery == "mail"
                    ? "ursula's ticket is on its way by mail."
                    : "It is shown once.", answer.Words, StringComparison.Ordinal);
                return;
            case Answer.Asked:
                Assert.Contains("Asked. A second person must approve it", answer.Words, StringComparison.Ordinal);
                Assert.Equal(Numbers(before.Item1), Numbers(after.Item1));
                Assert.Equal(1, await app.CountAsync(AuditKinds.ResetAsked, id));
                break;
            default:
                Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
                Assert.Contains(Needed, answer.Words, StringComparison.Ordinal);
                Assert.Equal(Numbers(before.Item1), Numbers(after.Item1));
                Assert.Equal(Numbers(before.Item2), Numbers(after.Item2));
                Assert.Equal(1, await app.CountAsync(AuditKinds.ResetRefused, id));
                var page = await agent.Browser.GetAsync($"/admin/accounts/{id}/reset");
                Assert.Contains("From 27 November 2026", page.Words, StringComparison.Ordinal);
                Assert.Contains("The command account reset ursula on the server always can.", page.Words, StringComparison.Ordinal);
                Assert.Null(page.Field("verified"));
                break;
        }

        // The console needs nobody.
        var ticket = await app.ResetByConsoleAsync("ursula");
        await user.ConfirmAsync(await user.EnterTicketAsync(ticket));
    }

    [Fact]
    public async Task The_one_admin_there_is_cannot_mail_the_ticket_and_no_badge_is_no_ticket()
    {
        await MakeAsync(MailboxTrust.Unverified);
        admin.TakeNewBrowser();
        await admin.SignInAsync();
        var id = await app.IdAsync("ursula");

        var form = await admin.Browser.GetAsync($"/admin/accounts/{id}/reset");
        Assert.Equal(["hand-over"], form.Document.QuerySelectorAll("input[name=delivery]").Select(choice => choice.GetAttribute("value")));
        Assert.Contains(
            "Hand it over in person.",
            (await PostAsync(admin, id, "mail", admin.Code())).WordsOf("#delivery-error"),
            StringComparison.Ordinal);
        Assert.Equal(["badge"], form.Document.QuerySelectorAll("input[name=verified]").Select(choice => choice.GetAttribute("value")));
        var unseen = await HelpDeskActions.ForceAsync(
            admin, $"/admin/accounts/{id}/reset", ("verified", "call-back"), ("reason", "lost"), ("delivery", "hand-over"),
            ("code", admin.Code()), ("epoch", $"{(await app.GuardAsync(id)).Epoch}"));
        Assert.Contains("badge", unseen.WordsOf("#delivery-error"), StringComparison.Ordinal);
        Assert.Equal(HeldBy.None, (await app.GuardAsync(id)).Held);

        var seen = await admin.Browser.SubmitAsync(form, ("verified", "badge"), ("reason", "lost"), ("code", admin.Code()));
        Assert.Contains("It is shown once.", seen.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await (await app.MailboxAsync()).AllAsync(), message => message.Subject.Contains("your ticket", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_address_doubts_as_a_link_does()
    {
        var id = await app.IdAsync("ursula");
        await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync(
            async work =>
            {
                await services.GetRequiredService<CodeGuards>().RaiseEpochAsync(work, id);
                await services.GetRequiredService<Addresses>().ChangeAsync(work, id, "thief@evil.example");
                services.GetRequiredService<AuditLog>().Record(work, AuditKinds.AddressChanged, id, number: 1);
                return true;
            },
            TestContext.Current.CancellationToken));

        Assert.Contains(Needed, (await PostAsync(admin, id, "hand-over", admin.Code())).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_with_a_recovery_code_is_a_full_one_and_the_first_code_of_a_new_phone_is_none()
    {
        await app.ForgetPasswordAsync(user);
        Assert.Null(await TrustedAsync());
        await user.ConfirmAsync(await user.EnterTicketAsync(await app.ResetByConsoleAsync("ursula")));
        Assert.Null(await TrustedAsync());

        var codes = await user.SaveRecoveryCodesAsync();
        await user.SignOutAsync();
        await user.RecoverAsync(codes[0]);

        var trusted = Assert.NotNull(await TrustedAsync());
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await user.SignOutAsync();
        await user.SignInAsync();
        Assert.Equal(trusted, await TrustedAsync());
        await app.ForgetPasswordAsync(user);
        Assert.Null(await TrustedAsync());
    }

    /// <summary>Through the doors that there are: a mailed link, and time, and a sign-in.</summary>
    private async Task MakeAsync(MailboxTrust trust)
    {
        await app.ForgetPasswordAsync(user);
        if (trust == MailboxTrust.Trusted)
        {
            user.TakeNewBrowser();
            await user.SignInAsync();
        }

        if (trust != MailboxTrust.CoolingOff)
        {
            app.Time.Advance(Caution);
        }
    }

    /// <summary>Posts the reset's form with the token of any page: what a page does not offer can be sent all the same.</summary>
    private async Task<VisitedPage> PostAsync(TestUser agent, Guid target, string delivery, string code)
    {
        var anyPage = await agent.Browser.GetAsync("/sign-out");
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["form-token"] = anyPage.Document.QuerySelector("main input[name=form-token]")!.GetAttribute("value")!,
            ["verified"] = "badge",
            ["reason"] = "lost",
            ["delivery"] = delivery,
            ["code"] = code,
            ["epoch"] = $"{(await app.GuardAsync(target)).Epoch}",
        });
        var answer = await agent.Browser.OnceAsync(HttpMethod.Post, new Uri($"/admin/accounts/{target}/reset", UriKind.Relative), content);
        return answer.Headers.Location is { } location ? await agent.Browser.GetAsync(location) : answer;
    }

    private async Task<long?> TrustedAsync() =>
        (await app.QueryAsync<long?>($"SELECT reverified_at AS Value FROM account WHERE user_name='ursula'"))[0];

    private static (Epoch Epoch, HeldBy Held, int Fails, TimeStep LastStep) Numbers(CodeGuard guard) =>
        (guard.Epoch, guard.Held, (int)guard.Fails, guard.LastStep);
}
