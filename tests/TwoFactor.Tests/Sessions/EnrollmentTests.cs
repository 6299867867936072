namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>The picture, its browser, its ten minutes and its first code.</summary>
public sealed class EnrollmentTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private readonly TestUser ana;
    private Token invitation = null!;
    private VisitedPage picture = null!;

    public EnrollmentTests() => ana = new TestUser(app, "ana", "ana@acme.example");

    public async ValueTask InitializeAsync()
    {
        invitation = await app.InviteByConsoleAsync("ana");
        picture = await ana.ChoosePasswordAsync(await ana.OpenInvitationAsync(invitation));
    }

    [Fact]
    public async Task A_secret_has_160_bits_and_every_picture_its_own_line_in_the_app()
    {
        var labels = new List<string>();
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        for (var pictures = 0; pictures < 3; pictures++)
        {
            var key = await ana.Browser.GetAsync("/enroll/manual-key");
            var line = key.Document.QuerySelector("a.button")!.GetAttribute("href")!;
            Assert.Equal(line, await QrReader.ReadAsync((await ana.Browser.GetAsync("/enroll/qr.png")).Content));
            var secret = OtpNet.Base32Encoding.ToBytes(System.Web.HttpUtility.ParseQueryString(new Uri(line).Query)["secret"]);
            Assert.Equal(160, secret.Length * 8);
            Assert.True(secrets.Add(Convert.ToHexString(secret)));
            labels.Add(Uri.UnescapeDataString(new Uri(line).AbsolutePath.TrimStart('/')));
            await ana.ChoosePasswordAsync(await ana.OpenInvitationAsync(invitation));
        }

        Assert.Equal(["TwoFactor:ana", "TwoFactor:ana (2)", "TwoFactor:ana (3)"], labels);
    }

    [Fact]
    public async Task A_reload_a_second_tab_and_a_wrong_code_show_the_same_picture()
    {
        var first = await PngAsync();
        await ana.ScanAsync();

        await ana.Browser.GetAsync("/enroll");
        Assert.Equal(first, await PngAsync());
        var refused = await ana.Browser.SubmitAsync(picture, ("code", ana.WrongCode()));

        Assert.Contains("That code does not fit this picture.", refused.Words, StringComparison.Ordinal);
        Assert.Contains("The picture is still the same.", refused.Words, StringComparison.Ordinal);
        Assert.Equal(first, await PngAsync());
        await ana.ConfirmAsync(refused);
    }

    [Fact]
    public async Task Wrong_confirming_codes_do_not_touch_the_guard_and_the_twentieth_ends_the_picture()
    {
        var guard = await app.GuardAsync(await app.IdAsync("ana"));
        await ana.ScanAsync();
        for (var n = 1; n < 20; n++)
        {
            picture = await ana.Browser.SubmitAsync(picture, ("code", ana.WrongCode()));
            Assert.Contains("does not fit", picture.Words, StringComparison.Ordinal);
        }

        var over = await ana.Browser.SubmitAsync(picture, ("code", ana.WrongCode()));
        var late = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));

        Assert.Contains("Twenty codes did not fit.", over.Words, StringComparison.Ordinal);
        Assert.Contains("Twenty codes did not fit.", late.Words, StringComparison.Ordinal);
        Assert.Equivalent(guard, await app.GuardAsync(await app.IdAsync("ana")));
        Assert.Equal(HttpStatusCode.NotFound, (await ana.Browser.GetAsync("/enroll/qr.png")).Status);
        await ana.ConfirmAsync(await ana.Browser.PressAsync(late, "Show a new picture"));
    }

    [Fact]
    public async Task After_ten_minutes_only_a_new_picture_helps()
    {
        await ana.ScanAsync();
        app.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await ana.Browser.GetAsync("/enroll/qr.png")).Status);
        app.Time.Advance(TimeSpan.FromSeconds(1));

        var over = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));

        Assert.Contains("This picture was valid for 10 minutes.", over.Words, StringComparison.Ordinal);
        Assert.Contains("Nothing on your account has changed. Delete the line you added in the app", over.Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ana.Browser.GetAsync("/enroll/qr.png")).Status);
        await ana.AssertSignedOutAsync();
        await ana.ConfirmAsync(await ana.Browser.PressAsync(over, "Show a new picture"));
    }

    [Fact]
    public async Task Another_browsers_post_voids_the_picture_and_the_first_may_take_it_back()
    {
        await ana.ScanAsync();
        var other = ana.Elsewhere(app);
        var second = await other.ChoosePasswordAsync(await other.OpenInvitationAsync(invitation));
        await other.ScanAsync();

        var over = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));
        Assert.Contains("This picture was replaced from another browser.", over.Words, StringComparison.Ordinal);

        var taken = await ana.Browser.PressAsync(over, "Show a new picture");
        var lost = await other.Browser.SubmitAsync(second, ("code", other.Code()));
        Assert.Contains("This picture was replaced from another browser.", lost.Words, StringComparison.Ordinal);
        await ana.ConfirmAsync(taken);
        await other.AssertSignedOutAsync();
        Assert.Contains("This picture works no longer.", (await other.Browser.GetAsync("/enroll")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_belongs_to_the_browser_that_asked_for_it()
    {
        await ana.ScanAsync();
        var thief = ana.Elsewhere(app);
        thief.Browser.Cookies.CopyFrom(ana.Browser.Cookies);
        thief.Browser.Cookies["TwoFactor-Enrollment"] = Token.New().Reveal();

        Assert.Equal(HttpStatusCode.NotFound, (await thief.Browser.GetAsync("/enroll/qr.png")).Status);
        Assert.Equal("/enroll", (await thief.Browser.GetAsync("/enroll/manual-key")).Path);
        var refused = await thief.Browser.SubmitAsync(picture, ("code", ana.Code()));
        Assert.Equal("/enroll", refused.Path);
        await thief.AssertSignedOutAsync();
        await ana.ConfirmAsync(picture);
    }

    [Fact]
    public async Task The_confirming_code_is_spent()
    {
        await ana.ScanAsync();
        var code = ana.Code();
        await ana.ConfirmAsync(picture);
        var other = ana.Elsewhere(app);

        var refused = await other.Browser.SubmitAsync(await other.EnterPasswordAsync(), ("code", code));

        Assert.Contains("A code for this half minute was already used", refused.Words, StringComparison.Ordinal);
        await other.AssertSignedOutAsync();
        Assert.Equal("/account", (await other.SignInAsync()).Path);
    }

    [Fact]
    public async Task The_form_takes_no_secret_and_no_account_from_the_request()
    {
        await ana.ScanAsync();
        var forged = TotpSecret.New();
        var form = Assert.Single(picture.Document.Forms, form => form.QuerySelector("[name=code]") is not null);
        foreach (var name in (string[])["secret", "key", "ciphertext", "account", "owner", "authenticator"])
        {
            var field = picture.Document.CreateElement("input");
            field.SetAttribute("name", name);
            field.SetAttribute("value", forged.RevealAsText());
            form.AppendChild(field);
        }

        var refused = await ana.Browser.SubmitAsync(picture, ("code", TotpCode.At(forged, TotpCode.StepAt(app.Time.Now()))));

        Assert.Contains("That code does not fit this picture.", refused.Words, StringComparison.Ordinal);
        await ana.ConfirmAsync(await ana.Browser.GetAsync("/enroll"));
    }

    [Fact]
    public async Task An_invitation_that_was_replaced_confirms_nothing_of_what_it_began()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await ana.ScanAsync();
        var page = await admin.Browser.GetAsync($"/admin/accounts/{await app.IdAsync("ana")}");
        await admin.Browser.PressAsync(page, "Send a new invitation");

        var refused = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));

        Assert.Equal("/enroll", refused.Path);
        await ana.AssertSignedOutAsync();
        ana.TakeNewBrowser();
        var messages = (await (await app.MailboxAsync()).AllAsync()).Where(message => message.To == ana.Mail).ToList();
        var form = await ana.Browser.GetAsync(messages[^1].Link("/invitation/"));
        await ana.ConfirmAsync(await ana.ChoosePasswordAsync(form));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private async Task<byte[]> PngAsync() => (await ana.Browser.GetAsync("/enroll/qr.png")).Content;
}
