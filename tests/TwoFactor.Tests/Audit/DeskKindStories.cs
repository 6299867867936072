namespace TwoFactor.Tests.Audit;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>What agents do, and what is done with many.</summary>
internal static class DeskKindStories
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task SecondPersonAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var (bea, cleo, _) = await app.StaffAsync();
        var other = await app.AskForSecondAsync(ada, bea);
        await app.AskForSecondAsync(ada, bea, "pass");
        var request = await app.AskForSecondAsync(ada, cleo);
        await app.ApproveAsync(bea, request);
        await app.HandOverAsync(ada, request);
        await ada.Browser.PressAsync(await ada.Browser.GetAsync($"/admin/resets/{other}"), "Stop it");
        app.Time.Advance(TimeSpan.FromDays(4));
        await app.AskAsync(services => services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async work => new Committed<int>(await services.GetRequiredService<HelpRequests>().SweepAsync(work)),
            Cancellation));
    }

    public static async Task PassesAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var (bea, _, _) = await app.StaffAsync();
        var ursula = await TestUsers.InviteAsync(app, ada, "ursula");
        await app.AskForSecondAsync(ada, bea, "pass");
        var shown = await app.HelpAsync(ada, ursula, "pass", "badge", "hand-over");
        ursula.TakeNewBrowser();
        await ursula.RecoverAsync(shown.WordsOf(".key"));
    }

    public static async Task ExportsAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await ada.Browser.GetAsync("/admin/accounts.csv");
        await ada.Browser.GetAsync("/admin/audit.csv");
    }

    public static async Task EditsAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, ada, "ursula");
        var address = $"/admin/accounts/{await app.IdAsync("ursula")}";
        await HelpDeskActions.ForceAsync(ada, $"/admin/accounts/{await app.IdAsync("ada")}/edit", ("role", "user"));
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync("/proof?for=accounts"), ("code", ada.Code()));
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync($"{address}/edit"), ("name", "Ursula Ross"), ("role", "helpdesk"));
        await ada.Browser.SubmitAsync(await ada.Browser.GetAsync($"{address}/delete"), ("reason", "Left"));
    }

    public static async Task ManyPassesAsync(App app)
    {
        var ada = await TestUser.FirstAdminAsync(app);
        var ursula = await TestUsers.InviteAsync(app, ada, "ursula");
        for (var pass = 0; pass < 21; pass++)
        {
            await app.HelpAsync(ada, ursula, "pass");
        }
    }

    public static async Task ClockAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        for (var number = 0; number < 5; number++)
        {
            var user = await TestUsers.AddAsync(app, $"slow{number}", Role.User);
            var page = await user.Elsewhere(app).EnterPasswordAsync();
            Assert.Equal("/sign-in/code", page.Path);
            app.Time.Advance(TimeSpan.FromMinutes(1));
            var late = user.Elsewhere(app);
            await late.Browser.SubmitAsync(await late.EnterPasswordAsync(), ("code", late.Code(8)));
        }

        await app.AskAsync(services => services.GetRequiredService<ClockAlarm>().CheckAsync(Cancellation));
    }

    public static async Task RetriedMailAsync(App app)
    {
        await app.InviteByConsoleAsync("ivan");
        app.Time.Advance(TimeSpan.FromMinutes(2));
        await app.AskAsync(services => services.GetRequiredService<UnsentMail>().RetryAsync(null, Actor.Console, Cancellation));
    }

    public static async Task ImportedAsync(App app)
    {
        await TestUser.FirstAdminAsync(app);
        var file = System.Text.Encoding.UTF8.GetBytes("user_name,name,mail,groups\nivan,Ivan,ivan@acme.example,Sales\n");
        await app.AskAsync(
            services => services.GetRequiredService<PeopleImport>().ImportAsync(null, file, null, Actor.Console, null, Cancellation));
        var lastAdmin = System.Text.Encoding.UTF8.GetBytes("user_name,role\nada,user\n");
        await app.AskAsync(
            services => services.GetRequiredService<PeopleImport>().ImportAsync(null, lastAdmin, null, Actor.Console, null, Cancellation));
        await app.InviteByConsoleAsync("olga");
        await app.AskAsync(services => services.GetRequiredService<BulkInvitations>()
            .RemindAsync(null, new PeopleFilter(Show: Listing.Invited), null, Actor.Console, Cancellation));
        await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().InStoryAsync(
            work => services.GetRequiredService<Deadlines>().SetGroupAsync(work, "Sales", new DateOnly(2026, 12, 24)), Cancellation));
        var ivan = await app.IdAsync("ivan");
        await app.AskAsync(services => services.GetRequiredService<AccountEdits>().SaveAsync(
            null, ivan, new AccountForm(null, null, null, "Sales; Berlin", "2026-12-01"), Actor.Console, Cancellation));
    }
}
