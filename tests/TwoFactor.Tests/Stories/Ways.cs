namespace TwoFactor.Tests.Stories;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Tests.Harness;
using Xunit;
using Person = TwoFactor.Tests.Harness.Person;

/// <summary>What agents, operators and owners do on the ways back, by the doors that they have.</summary>
internal static class Ways
{
    public static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(TotpCode.Period);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<Guid> IdAsync(this App app, string userName) =>
        Assert.Single(await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name={userName}"));

    public static Task<CodeGuard> GuardAsync(this App app, Guid account) =>
        app.AskAsync(services => services.GetRequiredService<CodeGuards>().ReadAsync(account, Cancellation));

    public static async Task<int> CountAsync(this App app, string kind, Guid account) => Assert.Single(await app.QueryAsync<int>(
        $"SELECT COUNT(*) AS Value FROM audit_event WHERE kind={kind} AND account_id={account}"));

    /// <summary>Fills in the reset form; a field that is null keeps what the page has.</summary>
    public static async Task<VisitedPage> ResetAsync(
        this App app, Person agent, Person target, string? code = null, string verified = "call-back", string reason = "Lost the phone", string delivery = "mail")
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
        var outcome = await app.AskAsync(services => services.GetRequiredService<Resets>().ApproveByConsoleAsync(target, "Lost the phone", Cancellation));
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
        var outcome = await app.AskAsync(services => services.GetRequiredService<Invitations>().InviteAsync(null, request, Origin.Console, Cancellation));
        return Assert.IsType<InviteOutcome.Invited>(outcome).Invitation;
    }

    /// <summary>Opens an invitation, as its link stands in the mail.</summary>
    public static Task<VisitedPage> OpenInvitationAsync(this Person person, Token invitation) =>
        person.Browser.GetAsync($"/invitation/{invitation.Reveal()}");

    /// <summary>Posts a new password on a page that asks for one.</summary>
    public static Task<VisitedPage> ChoosePasswordAsync(this Person person, VisitedPage form) =>
        person.Browser.SubmitAsync(form, ("new-password", person.Password), ("new-password-again", person.Password));

    /// <summary>The password, then the ticket as it was handed over: leads to the picture when both are right.</summary>
    public static async Task<VisitedPage> EnterTicketAsync(this Person person, Token ticket)
    {
        var asks = await person.EnterPasswordAsync();
        Assert.Equal("/sign-in/ticket", asks.Path);
        return await person.Browser.SubmitAsync(asks, ("ticket", ticket.RevealInGroups()));
    }

    /// <summary>The same person at another browser, with the same phone.</summary>
    public static Person Elsewhere(this Person person, App app) =>
        new(app, person.UserName, person.Mail) { Phone = person.Phone, Password = person.Password };

    /// <summary>Whoever opens the account page without a session is asked to sign in.</summary>
    public static async Task<VisitedPage> AssertSignedOutAsync(this Person person)
    {
        var page = await person.Browser.GetAsync("/account");
        Assert.StartsWith("/sign-in", page.Path, StringComparison.Ordinal);
        return page;
    }

    public static async Task AssertSignedInAsync(this Person person) =>
        Assert.Equal("/account", (await person.Browser.GetAsync("/account")).Path);

    /// <summary>Types wrong codes, each after its wait, until the guard closes: fifty in a row, or a hundred with a right one between.</summary>
    public static async Task CloseGuardAsync(this Person person, App app, int codes)
    {
        var id = await app.IdAsync(person.UserName);
        for (var wrong = 1; wrong <= codes; wrong++)
        {
            Assert.False((await app.GuardAsync(id)).Closed);
            person.TakeNewBrowser();
            await person.Browser.SubmitAsync(await person.EnterPasswordAsync(), ("code", person.WrongCode()));
            var wait = (await app.GuardAsync(id)).WaitUntil - app.Time.GetUtcNow().ToUnixTimeSeconds();
            app.Time.Advance(TimeSpan.FromSeconds(Math.Max(0, wait)));
            if (wrong % 40 == 0 && codes > 50)
            {
                person.TakeNewBrowser();
                await person.SignInAsync();
            }
        }

        Assert.True((await app.GuardAsync(id)).Closed);
    }

    /// <summary>Confirms with a code of the next half minute, as a change asks for.</summary>
    public static async Task ProveAsync(this Person person, App app)
    {
        app.Time.Advance(HalfMinute);
        var given = await person.Browser.SubmitAsync(await person.Browser.GetAsync("/proof?for=recovery-codes"), ("code", person.Code()));
        Assert.Equal("/account/recovery-codes", given.Path);
    }

    /// <summary>A second phone beside the first, under a proof that is fresh.</summary>
    public static async Task<VisitedPage> AddPhoneAsync(this Person person, App app)
    {
        var picture = await person.Browser.PressAsync(await person.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        Assert.Equal("/enroll", picture.Path);
        await person.ScanAsync();
        var list = await person.Browser.SubmitAsync(picture, ("code", person.Code()));
        Assert.Equal("/account/authenticators", list.Path);
        app.Time.Advance(HalfMinute);
        return list;
    }
}
