namespace TwoFactor.Tests.Pages;

using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Whoever asked for a page and had to sign in first ends on that page, whatever the second step was.</summary>
public sealed class ContinuationTests : IAsyncLifetime, IDisposable
{
    private const string Wanted = "/account/sessions?before=7";

    private readonly App app = new(("Limits:Codes:ClosedAfterConsecutive", "10"));
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.SaveRecoveryCodesAsync();
        ana.TakeNewBrowser();
    }

    [Fact]
    public async Task A_code_leads_there()
    {
        var code = await AskAsync(Wanted);

        Assert.Equal(Wanted, (await ana.Browser.SubmitAsync(code, ("code", ana.Code()))).Path);
        AssertForgotten();
    }

    [Fact]
    public async Task A_recovery_code_leads_there()
    {
        await AskAsync(Wanted);

        Assert.Equal(Wanted, (await RecoverAsync(ana.RecoveryCodes[0])).Path);
        AssertForgotten();
    }

    [Fact]
    public async Task A_pass_leads_there()
    {
        var ursula = await TestUsers.AddAsync(app, "ursula", TwoFactor.Accounts.Role.User);
        await ana.SignInAsync();
        var handed = await app.HelpAsync(ana, ursula, "pass", "badge", "hand-over");
        (ana, ursula) = (ursula, ana);
        ana.TakeNewBrowser();
        await AskAsync(Wanted);

        Assert.Equal(Wanted, (await RecoverAsync(handed.WordsOf(".key"))).Path);
        AssertForgotten();
    }

    [Fact]
    public async Task A_ticket_and_the_new_phone_lead_there_once_the_recovery_codes_are_saved()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        var picture = await ana.Browser.SubmitAsync(await AskAsync(Wanted), ("ticket", ticket.RevealInGroups()));

        var codes = await ConfirmAsync(picture);

        Assert.Equal("/enroll/recovery-codes", codes.Path);
        Assert.Equal(Wanted, (await ana.Browser.SubmitAsync(codes, ("saved", "yes"))).Path);
        AssertForgotten();
    }

    [Fact]
    public async Task A_ticket_that_came_by_its_link_leads_there_too()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await AskAsync(Wanted);
        var button = await ana.Browser.GetAsync($"/sign-in/ticket/{ticket.Reveal()}");

        var codes = await ConfirmAsync(await ana.Browser.PressAsync(button, "Set up a new authenticator"));

        Assert.Equal(Wanted, (await ana.Browser.SubmitAsync(codes, ("saved", "yes"))).Path);
    }

    [Fact]
    public async Task A_new_picture_and_a_typo_change_nothing_of_it()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await ana.Browser.SubmitAsync(await AskAsync(Wanted), ("ticket", ticket.RevealInGroups()));
        app.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMinutes(1));
        var over = await ana.Browser.GetAsync("/enroll");
        Assert.Equal("Take a new picture", over.Heading);
        var picture = await ana.Browser.PressAsync(over, "Show a new picture");
        await ana.ScanAsync();

        var codes = await ConfirmAsync(await ana.Browser.SubmitAsync(picture, ("code", ana.WrongCode())));

        Assert.Equal(Wanted, (await ana.Browser.SubmitAsync(codes, ("saved", "yes"))).Path);
    }

    [Fact]
    public async Task A_stopped_reset_leads_there_by_the_sign_in_that_follows()
    {
        await app.ResetByConsoleAsync("ana");
        await AskAsync(Wanted);

        var again = await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in/cancel-reset"), ("code", ana.Code()));
        app.Time.Advance(RecoveryActions.HalfMinute);
        var code = await ana.Browser.SubmitAsync(again, ("username", "ana"), ("password", ana.Password));

        Assert.Equal(Wanted, (await ana.Browser.SubmitAsync(code, ("code", ana.Code()))).Path);
    }

    [Fact]
    public async Task A_sign_in_that_only_repairs_leads_there_once_it_has_repaired()
    {
        await ana.CloseGuardAsync(app, 10);
        ana.TakeNewBrowser();
        await AskAsync(Wanted);

        var repair = await RecoverAsync(ana.RecoveryCodes[0]);
        Assert.Equal(("/account", "Repair your sign-in"), (repair.Path, repair.Heading));
        var picture = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up a new phone");

        Assert.Equal(Wanted, (await ConfirmAsync(picture)).Path);
        AssertForgotten();
    }

    [Fact]
    public async Task Without_a_page_to_go_to_each_ends_where_it_did()
    {
        await AskAsync(null);
        Assert.Equal("/account", (await RecoverAsync(ana.RecoveryCodes[0])).Path);
        AssertForgotten();
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        var codes = await ConfirmAsync(await ana.EnterTicketAsync(ticket));
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(codes, ("saved", "yes"))).Path);
        AssertForgotten();
    }

    [Fact]
    public async Task Where_somebody_else_was_going_leads_nobody_there()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await ana.Browser.SubmitAsync(await AskAsync(Wanted), ("ticket", ticket.RevealInGroups()));
        var bob = await app.InviteByConsoleAsync("bob");
        var picture = await ana.ChoosePasswordAsync(await ana.OpenInvitationAsync(bob));

        var codes = await ConfirmAsync(picture);

        Assert.Equal("/account", (await ana.Browser.SubmitAsync(codes, ("saved", "yes"))).Path);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    /// <summary>Asks for a page and proves the password that stands before it.</summary>
    private async Task<VisitedPage> AskAsync(string? wanted)
    {
        var form = await ana.Browser.GetAsync(wanted ?? "/sign-in");
        Assert.StartsWith("/sign-in", form.Path, StringComparison.Ordinal);
        var asks = await ana.Browser.SubmitAsync(form, ("username", ana.UserName), ("password", ana.Password));
        Assert.StartsWith("/sign-in/", asks.Path, StringComparison.Ordinal);
        return asks;
    }

    private async Task<VisitedPage> RecoverAsync(string code) =>
        await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in/recovery-code"), ("recovery-code", code));

    private async Task<VisitedPage> ConfirmAsync(VisitedPage picture)
    {
        Assert.Equal("/enroll", picture.Path);
        await ana.ScanAsync();
        return await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));
    }

    private void AssertForgotten() => Assert.Null(ana.Browser.Cookies["TwoFactor-SignIn"]);
}
