namespace TwoFactor.Tests.Stories;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What agents, operators and owners do on the ways back, by the doors that they have.</summary>
internal static class RecoveryActions
{
    public static readonly TimeSpan HalfMinute = TotpCode.Period;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Guid> IdAsync(this App app, string userName) =>
        Assert.Single(await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name={userName}"));

    public static Task<CodeGuard> GuardAsync(this App app, Guid account) =>
        app.AskAsync(services => services.GetRequiredService<CodeGuards>().ReadAsync(account, Cancellation));

    public static async Task<int> CountAsync(this App app, string kind, Guid account) => Assert.Single(await app.QueryAsync<int>(
        $"SELECT COUNT(*) AS Value FROM audit_event WHERE kind={kind} AND account_id={account}"));

    /// <summary>Fills in the reset form; a field that is null keeps what the page has.</summary>
    public static async Task<VisitedPage> ResetAsync(
        this App app, TestUser agent, TestUser target, string? code =
            null, string verified = "call-back", string reason = "Lost the phone", string delivery = "mail")
    {
        var form = await agent.Browser.GetAsync($"/admin/accounts/{await app.IdAsync(target.UserName)}/reset");
        var answer = await agent.Browser.SubmitAsync(
            form, ("verified", verified), ("reason", reason), ("delivery", delivery), ("code", code ?? agent.Code()));
        app.Time.Advance(HalfMinute);
        return answer;
    }

    /// <summary>What <c>account reset NAME</c> prints.</summary>
    public static async Task<Token> ResetByConsoleAsync(this App app, string userName)
    {
        var target = await app.IdAsync(userName);
        var outcome = await app.AskAsync(
            services => services.GetRequiredService<Resets>().ApproveByConsoleAsync(target, "Lost the phone", Cancellation));
        return Assert.IsType<HelpOutcome.HandOver>(outcome).Ticket;
    }

    /// <summary>What <c>account reset NAME --cancel</c> does.</summary>
    public static async Task CancelByConsoleAsync(this App app, string userName)
    {
        var target = await app.IdAsync(userName);
        Assert.True(await app.AskAsync(services => services.GetRequiredService<Resets>().CancelByConsoleAsync(target, Cancellation)));
    }

    /// <summary>What <c>account add NAME</c> prints.</summary>
    public static async Task<Token> InviteByConsoleAsync(this App app, string userName, Role role = Role.User)
    {
        var request = new InvitationRequest(userName, $"{userName}@acme.example", userName, role);
        var outcome = await app.AskAsync(
            services => services.GetRequiredService<Invitations>().InviteAsync(null, request, Actor.Console, Cancellation));
        return Assert.IsType<InviteOutcome.Invited>(outcome).Invitation;
    }

    /// <summary>Opens an invitation, as its link stands in the mail.</summary>
    public static Task<VisitedPage> OpenInvitationAsync(this TestUser user, Token invitation) =>
        user.Browser.GetAsync($"/invitation/{invitation.Reveal()}");

    /// <summary>Posts a new password on a page that asks for one.</summary>
    public static Task<VisitedPage> ChoosePasswordAsync(this TestUser user, VisitedPage form) =>
        user.Browser.SubmitAsync(form, ("new-password", user.Password), ("new-password-again", user.Password));

    /// <summary>Posts a new password on the account's own page, where the current one is asked too.</summary>
    public static Task<VisitedPage> ChangePasswordAsync(this TestUser user, VisitedPage form, string chosen, string? current = null) =>
        user.Browser.SubmitAsync(
            form, ("current-password", current ?? user.Password), ("new-password", chosen), ("new-password-again", chosen));

    /// <summary>The password, then the ticket as it was handed over: leads to the picture when both are right.</summary>
    public static async Task<VisitedPage> EnterTicketAsync(this TestUser user, Token ticket)
    {
        var asks = await user.EnterPasswordAsync();
        Assert.Equal("/sign-in/ticket", asks.Path);
        return await user.Browser.SubmitAsync(asks, ("ticket", ticket.RevealInGroups()));
    }

    /// <summary>The same person at another browser, with the same phone.</summary>
    public static TestUser Elsewhere(this TestUser user, App app) =>
        new(app, user.UserName, user.Mail) { Phone = user.Phone, Password = user.Password };

    /// <summary>Whoever opens the account page without a session is asked to sign in.</summary>
    public static async Task<VisitedPage> AssertSignedOutAsync(this TestUser user)
    {
        var page = await user.Browser.GetAsync("/account");
        Assert.StartsWith("/sign-in", page.Path, StringComparison.Ordinal);
        return page;
    }

    public static async Task AssertSignedInAsync(this TestUser user) =>
        Assert.Equal("/account", (await user.Browser.GetAsync("/account")).Path);

    /// <summary>
    /// Types wrong codes, each after its wait, until the guard closes: fifty in a row, or a hundred with a right one between.
    /// </summary>
    public static async Task CloseGuardAsync(this TestUser user, App app, int codes)
    {
        var id = await app.IdAsync(user.UserName);
        for (var wrong = 1; wrong <= codes; wrong++)
        {
            Assert.False((await app.GuardAsync(id)).Closed);
            user.TakeNewBrowser();
            await user.Browser.SubmitAsync(await user.EnterPasswordAsync(), ("code", user.WrongCode()));
            var wait = (await app.GuardAsync(id)).WaitUntil - app.Time.Now();
            app.Time.Advance(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            if (wrong % 40 == 0 && codes > 50)
            {
                user.TakeNewBrowser();
                await user.SignInAsync();
            }
        }

        Assert.True((await app.GuardAsync(id)).Closed);
    }

    /// <summary>Confirms with a code of the next half minute, as a change asks for.</summary>
    public static async Task ProveAsync(this TestUser user, App app)
    {
        app.Time.Advance(HalfMinute);
        var given = await user.Browser.SubmitAsync(await user.Browser.GetAsync("/proof?for=recovery-codes"), ("code", user.Code()));
        Assert.Equal("/account/recovery-codes", given.Path);
    }

    /// <summary>A second phone beside the first, under a proof that is fresh.</summary>
    public static async Task<VisitedPage> AddPhoneAsync(this TestUser user, App app)
    {
        var picture = await user.Browser.PressAsync(await user.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        Assert.Equal("/enroll", picture.Path);
        await user.ScanAsync();
        var list = await user.Browser.SubmitAsync(picture, ("code", user.Code()));
        Assert.Equal("/account/authenticators", list.Path);
        app.Time.Advance(HalfMinute);
        return list;
    }
}
