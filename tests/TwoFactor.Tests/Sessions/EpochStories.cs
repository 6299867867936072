namespace TwoFactor.Tests.Sessions;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>An account with everything that somebody may hold of it, and every kind of change.</summary>
public abstract class EpochStories : IAsyncLifetime, IDisposable
{
    private const string NewPassword = "a sentence that nobody had before";

    protected App App { get; } = new();
    private TestUser admin = null!;

    protected TestUser Ana { get; private set; } = null!;

    /// <summary>Where the owner makes the change: a browser whose session stays, under a new id.</summary>
    protected TestUser Acting { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(App);
        Ana = await TestUsers.AddAsync(App, "ana", Role.User);
        await Ana.SaveRecoveryCodesAsync();
        Acting = Ana;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        App.Dispose();
    }

    /// <summary>All that somebody may hold of an account, and how it shows that it lives.</summary>
    protected async Task<IReadOnlyList<(string Name, Func<Task<bool>> IsAlive)>> MakeAsync()
    {
        var parked = Ana.Elsewhere(App);
        App.Time.Advance(RecoveryActions.HalfMinute);
        await parked.SignInAsync();
        App.Time.Advance(TimeSpan.FromMinutes(50));
        await Acting.AssertSignedInAsync();
        App.Time.Advance(TimeSpan.FromMinutes(10));
        await Acting.ProveAsync(App);
        var other = Ana.Elsewhere(App);
        App.Time.Advance(RecoveryActions.HalfMinute);
        await other.SignInAsync();
        await other.ProveAsync(App);
        await other.Browser.PressAsync(await other.Browser.GetAsync("/account/recovery-codes"), "Make new codes");
        await other.Browser.PressAsync(await other.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        App.Time.Advance(RecoveryActions.HalfMinute);
        var half = Ana.Elsewhere(App);
        var code = await half.EnterPasswordAsync();
        var link = await LinkAsync();
        var pass = await PassAsync();
        return
        [
            ("other session", async () => (await other.Browser.GetAsync("/account")).Path == "/account"),
            ("parked session", async () => (await parked.Browser.GetAsync("/sign-in")).Field("username")?.GetAttribute("value") == "ana"
                && parked.Browser.Cookies["TwoFactor-Session"] is { } cookie && await IsParkedAsync(cookie)),
            ("recovery codes that were being shown", async () =>
                (await other.Browser.GetAsync("/enroll/recovery-codes")).Document.QuerySelector(".codes") is not null),
            ("picture", async () => (await other.Browser.GetAsync("/enroll/qr.png")).Status == HttpStatusCode.OK),
            ("link for a new password", () => OpensAsync(link)),
            ("pass", () => IsOpenAsync(pass)),
            ("half-finished sign-in", async () =>
                !(await half.Browser.SubmitAsync(code, ("code", half.Code()))).Words.Contains("Start again", StringComparison.Ordinal)),
        ];
    }

    protected async Task<bool> OpensAsync(Token link)
    {
        using var browser = App.Visitor();
        return (await browser.GetAsync($"/reset-password/{link.Reveal()}")).Field("new-password") is not null;
    }

    private Task<bool> IsParkedAsync(string cookie) => App.AskAsync(async services =>
        await services.GetRequiredService<SessionStore>()
            .FindAsync(Token.Parse(cookie), TestContext.Current.CancellationToken)
            is TwoFactor.Sessions.SessionState.Parked);

    /// <summary>What <c>account pass ana</c> prints.</summary>
    private async Task<Token> PassAsync()
    {
        var id = await App.IdAsync("ana");
        var outcome = await App.AskAsync(
            services => services.GetRequiredService<Passes>().GiveByConsoleAsync(id, "at home", TestContext.Current.CancellationToken));
        return Assert.IsType<HelpOutcome.HandOverPass>(outcome).Pass.AsToken();
    }

    /// <summary>By its row and its guard: a look must not use it up.</summary>
    private Task<bool> IsOpenAsync(Token pass) => App.AskAsync(async services =>
        await services.GetRequiredService<Tickets>()
            .FindAsync(pass, TestContext.Current.CancellationToken, TicketKinds.Pass) is TicketState.Valid(var ticket)
        && ticket.Epoch == (await App.GuardAsync(await App.IdAsync("ana"))).Epoch);

    private async Task EditAsync(AccountForm form)
    {
        var id = await App.IdAsync("ana");
        Assert.IsType<EditOutcome.Saved>(await App.AskAsync(services =>
            services.GetRequiredService<AccountEdits>().SaveAsync(null, id, form, Actor.Console, TestContext.Current.CancellationToken)));
    }

    protected async Task<Token> LinkAsync()
    {
        var id = await App.IdAsync("ana");
        return (await App.AskAsync(services =>
            services.GetRequiredService<PasswordLinks>().MakeAsync(id, Actor.Console, TestContext.Current.CancellationToken)))!.Value.Token;
    }

    protected async Task ChangeAsync(string change)
    {
        var own = Acting.Browser;
        switch (change)
        {
            case "new password":
                Assert.Equal(
                    "/account", (await Acting.ChangePasswordAsync(await own.GetAsync("/account/password"), NewPassword)).Path);
                Acting.Password = Ana.Password = NewPassword;
                break;
            case "new password by link":
                await UseLinkAsync(await LinkAsync());
                break;
            case "new mail address":
                Assert.Contains(
                    "Changed.",
                    (await own.SubmitAsync(await own.GetAsync("/account/profile"), ("email", "ana@new.example"))).Words,
                    StringComparison.Ordinal);
                break;
            case "new second address":
                Assert.Contains(
                    "Changed.",
                    (await own.SubmitAsync(await own.GetAsync("/account/profile"), ("second-email", "ana@home.example"))).Words,
                    StringComparison.Ordinal);
                break;
            case "phone added":
                await Acting.AddPhoneAsync(App);
                break;
            case "phone removed":
                Assert.Contains(
                    "Removed.",
                    (await own.PressAsync(await own.GetAsync("/account/authenticators"), "Remove Authenticator app")).Words,
                    StringComparison.Ordinal);
                break;
            case "phones replaced":
                Acting.TakeNewBrowser();
                await Acting.RecoverAsync(Ana.RecoveryCodes[0]);
                var picture =
                    await Acting.Browser.PressAsync(await Acting.Browser.GetAsync("/account/authenticators"), "Set up a new phone");
                await Acting.ScanAsync();
                Assert.Equal("/account", (await Acting.Browser.SubmitAsync(picture, ("code", Acting.Code()))).Path);
                break;
            case "new recovery codes":
                await own.PressAsync(await own.GetAsync("/account/recovery-codes"), "Make new codes");
                await Acting.SaveRecoveryCodesAsync();
                break;
            case "reset approved":
                admin.TakeNewBrowser();
                await admin.SignInAsync();
                Assert.Contains("ticket is on its way", (await App.ResetAsync(admin, Ana)).Words, StringComparison.Ordinal);
                break;
            case "reset approved on the console":
                await App.ResetByConsoleAsync("ana");
                break;
            case "another role":
                await EditAsync(new AccountForm(null, null, Role.Helpdesk));
                break;
            case "another address by an admin":
                await EditAsync(new AccountForm(null, "ana@new.example", null));
                break;
            case "switched off":
                await SwitchAsync(on: false);
                break;
            default:
                var message = await (await App.MailboxAsync()).TakeAsync(Ana.Mail, "A new authenticator was added");
                using (var owner = App.Visitor())
                {
                    await owner.PressAsync(await owner.GetAsync(message.Link("/not-me/")), "Stop it");
                }

                break;
        }
    }

    protected async Task ChangeInResetAsync(string change, TestUser picture)
    {
        switch (change)
        {
            case "reset cancelled by its owner":
                var owner = Ana.Elsewhere(App);
                await owner.EnterPasswordAsync();
                Assert.Equal(
                    "/sign-in",
                    (await owner.Browser.SubmitAsync(await owner.Browser.GetAsync("/sign-in/cancel-reset"), ("code", owner.Code()))).Path);
                break;
            case "reset cancelled on the console":
                await App.CancelByConsoleAsync("ana");
                break;
            case "new password by link":
                await UseLinkAsync(await LinkAsync());
                break;
            case "a second reset":
                await App.ResetByConsoleAsync("ana");
                break;
            case "enrolled with the ticket":
                Assert.Equal(
                    "/enroll/recovery-codes",
                    (await picture.Browser.SubmitAsync(await picture.Browser.GetAsync("/enroll"), ("code", picture.Code()))).Path);
                break;
            default:
                await ChangeAsync(change);
                break;
        }
    }

    private async Task UseLinkAsync(Token link)
    {
        using var browser = App.Visitor();
        Ana.Password = NewPassword;
        var form = await browser.GetAsync($"/reset-password/{link.Reveal()}");
        Assert.Equal(
            "/sign-in", (await browser.SubmitAsync(form, ("new-password", NewPassword), ("new-password-again", NewPassword))).Path);
    }

    protected async Task SwitchAsync(bool on)
    {
        admin.TakeNewBrowser();
        await admin.SignInAsync();
        var page = await admin.Browser.GetAsync($"/admin/accounts/{await App.IdAsync("ana")}");
        var done = await admin.Browser.PressAsync(page, on ? "Switch on" : "Switch off", ("reason", "On leave"), ("code", admin.Code()));
        App.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains(on ? "Switched on." : "Switched off.", done.Words, StringComparison.Ordinal);
    }
}
