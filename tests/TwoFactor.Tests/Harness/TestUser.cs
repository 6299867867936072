namespace TwoFactor.Tests.Harness;

using System.Net;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using Xunit;

/// <summary>Somebody with a browser, a password and, once enrolled, a phone: acts only through pages.</summary>
public sealed class TestUser(App app, string userName, string mail)
{
    public const string GoodPassword = "correct horse battery staple";

    public string UserName => userName;

    public string Mail => mail;

    public string Password { get; set; } = GoodPassword;

    public Visitor Browser { get; private set; } = app.Visitor();

    /// <summary>What the phone holds; null before the first enrollment.</summary>
    public TotpSecret? Phone { get; set; }

    /// <summary>What lies with the passport, as it was shown.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];

    /// <summary>The code that the phone shows, at a distance of some half minutes.</summary>
    public string Code(int steps = 0) => TotpCode.At(
        Phone ?? throw new InvalidOperationException("There is no phone yet."), TotpCode.StepAt(app.Time.Now()) + steps);

    /// <summary>A code that fits none of the steps that anybody looks at.</summary>
    public string WrongCode()
    {
        var near = Enumerable.Range(-30, 61).Select(Code).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, 1000).Select(number => number.ToString("D6", System.Globalization.CultureInfo.InvariantCulture))
            .First(code => !near.Contains(code));
    }

    public void TakeNewBrowser() => Browser = app.Visitor();

    /// <summary>The first start: set-up form, picture, first code.</summary>
    public static async Task<TestUser> FirstAdminAsync(App app, string userName = "ada")
    {
        var admin = new TestUser(app, userName, $"{userName}@acme.example");
        var form = await admin.Browser.GetAsync(await app.SetupLinkAsync());
        var picture = await admin.Browser.SubmitAsync(
            form, ("username", userName), ("email", admin.Mail), ("new-password", admin.Password), ("new-password-again", admin.Password));
        await admin.ConfirmAsync(picture);
        return admin;
    }

    /// <summary>Opens the invitation that came by mail, sets a password, scans, confirms.</summary>
    public async Task AcceptInvitationAsync()
    {
        var message = await (await app.MailboxAsync()).TakeAsync(mail, "invit");
        var form = await Browser.GetAsync(message.Link("/invitation/"));
        var picture = await Browser.SubmitAsync(form, ("new-password", Password), ("new-password-again", Password));
        await ConfirmAsync(picture);
    }

    /// <summary>Takes the key of the picture into the phone and types the code that it then shows.</summary>
    public async Task<VisitedPage> ConfirmAsync(VisitedPage picture)
    {
        Assert.Equal("/enroll", picture.Path);
        await ScanAsync();
        var codes = await Browser.SubmitAsync(picture, ("code", Code()));
        Assert.Equal("/enroll/recovery-codes", codes.Path);

        // They can be saved later, too.
        var home = await Browser.GetAsync("/account");
        Assert.Equal("/account", home.Path);
        app.Time.Advance(TotpCode.Period);
        return home;
    }

    /// <summary>Saves the recovery codes that wait to be saved, and keeps them.</summary>
    public async Task<IReadOnlyList<string>> SaveRecoveryCodesAsync()
    {
        var page = await Browser.GetAsync("/enroll/recovery-codes");
        Assert.Equal("/enroll/recovery-codes", page.Path);
        RecoveryCodes = [.. page.Document.QuerySelectorAll(".codes li").Select(code => code.TextContent.Trim())];
        Assert.Equal("/account", (await Browser.SubmitAsync(page, ("saved", "yes"))).Path);
        return RecoveryCodes;
    }

    /// <summary>Both steps, the second with a recovery code.</summary>
    public async Task<VisitedPage> RecoverAsync(string code)
    {
        await EnterPasswordAsync();
        return await Browser.SubmitAsync(await Browser.GetAsync("/sign-in/recovery-code"), ("recovery-code", code));
    }

    /// <summary>The phone takes the key over.</summary>
    public async Task ScanAsync()
    {
        var key = await Browser.GetAsync("/enroll/manual-key");
        Phone = new TotpSecret(OtpNet.Base32Encoding.ToBytes(key.WordsOf(".key").Replace(" ", "", StringComparison.Ordinal)));
    }

    /// <summary>The password step.</summary>
    public async Task<VisitedPage> EnterPasswordAsync(string? password = null) =>
        await Browser.SubmitAsync(await Browser.GetAsync("/sign-in"), ("username", userName), ("password", password ?? Password));

    /// <summary>Both steps; afterwards the clock stands in the next half minute, so that the next code is a new one.</summary>
    public async Task<VisitedPage> SignInAsync()
    {
        var code = await EnterPasswordAsync();
        Assert.Equal("/sign-in/code", code.Path);
        var home = await Browser.SubmitAsync(code, ("code", Code()));
        Assert.Equal(HttpStatusCode.OK, home.Status);
        Assert.True(home.Path != "/sign-in/code", home.Words);
        app.Time.Advance(TotpCode.Period);
        return home;
    }

    public async Task<VisitedPage> SignOutAsync() => await Browser.PressAsync(await Browser.GetAsync("/sign-out"), "Sign out");
}
