namespace TwoFactor.Tests.Sessions;

using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Somebody who is slow asks for more time, ten times (WCAG 2.2, 2.2.1); nothing that was typed or shown changes by it.</summary>
public sealed class MoreTimeTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan AlmostFive = TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AlmostTen = TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1);

    private readonly App app = new();
    private TestUser admin = null!;
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.AddAsync(app, "ana", Role.User);
        app.Time.Advance(RecoveryActions.HalfMinute);
    }

    [Fact]
    public async Task The_code_page_waits_ten_times_longer_and_no_more()
    {
        ana.TakeNewBrowser();
        var page = await ana.EnterPasswordAsync();
        for (var asked = 0; asked < 10; asked++)
        {
            app.Time.Advance(AlmostFive);
            page = await ana.Browser.PressAsync(page, "I need more time");
            Assert.Equal("/sign-in/code", page.Path);
            Assert.Contains("You have more time now.", page.WordsOf("[role=status]"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("I need more time", page.Words, StringComparison.Ordinal);
        app.Time.Advance(AlmostFive);
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(page, ("code", ana.Code()))).Path);
    }

    /// <summary>Ended sign-ins are deleted an hour after they began, and this one has not ended then.</summary>
    [Fact]
    public async Task Whoever_asked_for_more_time_is_not_swept_away()
    {
        using var patient = new App(("Limits:Sessions:PendingKeptHours", "1"), ("Limits:Sessions:PendingMinutes", "30"));
        var ada = await TestUser.FirstAdminAsync(patient);
        ada.TakeNewBrowser();
        var page = await ada.EnterPasswordAsync();
        for (var asked = 0; asked < 3; asked++)
        {
            patient.Time.Advance(TimeSpan.FromMinutes(29));
            page = await ada.Browser.PressAsync(page, "I need more time");
        }

        await patient.AskAsync(services => services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            async work => new Committed<int>(await services.GetRequiredService<PendingSignIns>().SweepAsync(work)),
            TestContext.Current.CancellationToken));

        Assert.Equal("/account", (await ada.Browser.SubmitAsync(page, ("code", ada.Code()))).Path);
    }

    [Fact]
    public async Task It_says_until_when_there_is_time()
    {
        ana.TakeNewBrowser();
        var page = await ana.EnterPasswordAsync();
        var until = app.Time.GetUtcNow().AddMinutes(5);

        Assert.Contains(
            until.ToString("'There is time until 'HH:mm' UTC'", System.Globalization.CultureInfo.InvariantCulture),
            page.Words,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_late_is_too_late_and_the_name_is_kept()
    {
        ana.TakeNewBrowser();
        var page = await ana.EnterPasswordAsync();
        app.Time.Advance(TimeSpan.FromMinutes(5));

        var over = await ana.Browser.PressAsync(page, "I need more time");

        Assert.Contains("This sign-in took too long", over.Words, StringComparison.Ordinal);
        Assert.Equal("ana", (await ana.Browser.GetAsync("/sign-in")).Field("username")!.GetAttribute("value"));
    }

    [Fact]
    public async Task More_time_gives_no_further_tries()
    {
        ana.TakeNewBrowser();
        var page = await ana.EnterPasswordAsync();
        for (var wrong = 0; wrong < 4; wrong++)
        {
            page = await ana.Browser.SubmitAsync(page, ("code", ana.WrongCode()));
        }

        page = await ana.Browser.PressAsync(page, "I need more time");
        Assert.Contains(
            "Five codes did not work.", (await ana.Browser.SubmitAsync(page, ("code", ana.WrongCode()))).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_beside_it_have_it_too()
    {
        await ana.SaveRecoveryCodesAsync();
        ana.TakeNewBrowser();
        await ana.EnterPasswordAsync();
        app.Time.Advance(AlmostFive);
        var recovery = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/sign-in/recovery-code"), "I need more time");
        Assert.Equal("/sign-in/recovery-code", recovery.Path);
        app.Time.Advance(AlmostFive);
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(recovery, ("recovery-code", ana.RecoveryCodes[0]))).Path);

        var ticket = await app.ResetByConsoleAsync("ana");
        var asks = await ana.EnterPasswordAsync();
        app.Time.Advance(AlmostFive);
        asks = await ana.Browser.PressAsync(asks, "I need more time");
        Assert.Equal("/sign-in/ticket", asks.Path);
        app.Time.Advance(AlmostFive);
        Assert.Equal(
            "/sign-in/cancel-reset",
            (await ana.Browser.PressAsync(await ana.Browser.GetAsync("/sign-in/cancel-reset"), "I need more time")).Path);
        app.Time.Advance(AlmostFive);
        Assert.Equal(
            "/enroll",
            (await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/sign-in/ticket"), ("ticket", ticket.RevealInGroups()))).Path);
    }

    [Fact]
    public async Task A_picture_stays_the_same_for_eleven_times_ten_minutes()
    {
        var emil = await TestUsers.InviteAsync(app, admin, "emil", accept: false);
        var message = await (await app.MailboxAsync()).TakeAsync(emil.Mail, "invited");
        var page = await emil.ChoosePasswordAsync(await emil.Browser.GetAsync(message.Link("/invitation/")));
        await emil.ScanAsync();
        var picture = (await emil.Browser.GetAsync("/enroll/qr.png")).Content;
        await AskTenTimesAsync(emil, page);

        Assert.Equal(picture, (await emil.Browser.GetAsync("/enroll/qr.png")).Content);
        Assert.Equal(
            "/enroll/recovery-codes", (await emil.Browser.SubmitAsync(await emil.Browser.GetAsync("/enroll"), ("code", emil.Code()))).Path);
    }

    [Fact]
    public async Task A_picture_begun_by_a_proof_does_not_lose_its_proof_meanwhile()
    {
        await ana.ProveAsync(app);
        var page = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        await ana.ScanAsync();
        await AskTenTimesAsync(ana, page);

        Assert.Equal(
            "/account/authenticators", (await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/enroll"), ("code", ana.Code()))).Path);
    }

    /// <summary>A proof's ticket ends after 30 minutes, and a QR code that is asked for in the 25th works until the 35th.</summary>
    [Fact]
    public async Task A_new_picture_by_the_same_proof_works_as_long_as_it_says()
    {
        await ana.ProveAsync(app);
        await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        app.Time.Advance(TimeSpan.FromMinutes(25));
        await ana.Browser.PressAsync(await ana.Browser.GetAsync("/enroll"), "Show a new picture");
        await ana.ScanAsync();
        app.Time.Advance(AlmostTen);

        Assert.Equal(
            "/account/authenticators", (await ana.Browser.SubmitAsync(await ana.Browser.GetAsync("/enroll"), ("code", ana.Code()))).Path);
    }

    [Fact]
    public async Task A_picture_that_is_over_is_not_brought_back()
    {
        await ana.ProveAsync(app);
        var page = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        app.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains(
            "This picture was valid for 10 minutes.",
            (await ana.Browser.PressAsync(page, "I need more time")).Words,
            StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private async Task AskTenTimesAsync(TestUser who, VisitedPage page)
    {
        for (var asked = 0; asked < 10; asked++)
        {
            app.Time.Advance(AlmostTen);
            var cookie = who.Browser.Cookies.All["TwoFactor-Enrollment"];
            page = await who.Browser.PressAsync(page, "I need more time");
            // Set anew: it must not end before the picture does.
            Assert.NotSame(cookie, who.Browser.Cookies.All["TwoFactor-Enrollment"]);
            Assert.Contains("You have more time now.", page.Words, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("I need more time", page.Words, StringComparison.Ordinal);
        app.Time.Advance(AlmostTen);
    }
}
