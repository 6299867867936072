namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Administration that was left alone for a quarter of an hour asks for a code, whatever else the session may still open.
/// </summary>
public sealed class AdminIdleTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private readonly App app = new();
    private TestUser admin = null!;

    public async ValueTask InitializeAsync()
    {
        admin = await TestUser.FirstAdminAsync(app);
        app.Time.Advance(RecoveryActions.HalfMinute);
        await admin.AssertSignedInAsync();
    }

    [Fact]
    public async Task Up_to_a_quarter_of_an_hour_nothing_is_asked()
    {
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await admin.Browser.GetAsync("/admin");
        app.Time.Advance(Quarter - TimeSpan.FromSeconds(1));

        Assert.Equal("/admin/accounts", (await admin.Browser.GetAsync("/admin/accounts")).Path);
    }

    [Fact]
    public async Task After_it_a_code_opens_the_page_that_was_asked_for()
    {
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await admin.Browser.GetAsync("/admin");
        app.Time.Advance(Quarter);

        var asks = await admin.Browser.GetAsync("/admin/accounts?show=held");
        Assert.Equal("/proof?for=admin&returnUrl=%2Fadmin%2Faccounts%3Fshow%3Dheld", asks.Path);
        Assert.Contains("to open the pages of administration", asks.Words, StringComparison.Ordinal);
        Assert.Contains(
            "That code did not work", (await admin.Browser.SubmitAsync(asks, ("code", admin.WrongCode()))).Words, StringComparison.Ordinal);
        var page = await admin.Browser.SubmitAsync(asks, ("code", admin.Code()));

        Assert.Equal("/admin/accounts?show=held", page.Path);
        Assert.Equal("/admin", (await admin.Browser.GetAsync("/admin")).Path);
    }

    [Fact]
    public async Task The_account_page_stays_open_and_does_not_open_administration_again()
    {
        app.Time.Advance(Quarter);
        for (var look = 0; look < 5; look++)
        {
            await admin.AssertSignedInAsync();
            app.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.StartsWith("/proof", (await admin.Browser.GetAsync("/admin")).Path, StringComparison.Ordinal);
        await admin.AssertSignedInAsync();
    }

    [Fact]
    public async Task A_parked_admin_s_password_opens_the_account_page_only()
    {
        app.Time.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal("/account", (await admin.EnterPasswordAsync()).Path);
        var asks = await admin.Browser.GetAsync("/admin/audit");
        Assert.StartsWith("/proof?for=admin", asks.Path, StringComparison.Ordinal);

        Assert.Equal("/admin/audit", (await admin.Browser.SubmitAsync(asks, ("code", admin.Code()))).Path);
    }

    [Fact]
    public async Task A_reset_s_form_comes_back_with_what_the_agent_typed_but_for_the_code()
    {
        var ana = await TestUsers.AddAsync(app, "ana", Role.User);
        var path = $"/admin/accounts/{await app.IdAsync("ana")}/reset";
        var form = await admin.Browser.GetAsync(path);
        app.Time.Advance(TimeSpan.FromMinutes(16));

        var asks = await admin.Browser.SubmitAsync(
            form, ("verified", "manager"), ("verified-note", "by video, Grace"), ("reason", "Phone stolen on the "
                + "train"), ("delivery", "mail"), ("code", admin.Code()));
        Assert.StartsWith("/proof?for=admin", asks.Path, StringComparison.Ordinal);
        var back = await admin.Browser.SubmitAsync(asks, ("code", admin.Code()));

        Assert.Equal(path, back.Path);
        Assert.Equal("manager", back.Document.QuerySelector("input[name=verified][checked]")?.GetAttribute("value"));
        Assert.Equal("by video, Grace", back.Field("verified-note")!.GetAttribute("value"));
        Assert.Equal("Phone stolen on the train", back.WordsOf("textarea[name=reason]"));
        Assert.Null(back.Field("code")!.GetAttribute("value"));
        Assert.Equal(0, await app.CountAsync(AuditKinds.ResetApproved, await app.IdAsync("ana")));
        app.Time.Advance(RecoveryActions.HalfMinute);
        Assert.Contains(
            "ticket is on its way by mail",
            (await admin.Browser.SubmitAsync(back, ("code", admin.Code()))).Words,
            StringComparison.Ordinal);
        await ana.AssertSignedOutAsync();
    }

    [Fact]
    public async Task An_address_that_is_not_of_the_role_stays_a_missing_one()
    {
        var helpdesk = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var user = await TestUsers.AddAsync(app, "ursula", Role.User);
        app.Time.Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(HttpStatusCode.NotFound, (await user.Browser.GetAsync("/admin")).Status);
        var asks = await helpdesk.Browser.GetAsync("/admin/audit");
        Assert.Equal(HttpStatusCode.NotFound, (await helpdesk.Browser.SubmitAsync(asks, ("code", helpdesk.Code()))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.Browser.GetAsync("/admin/no-such-page")).Status);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/admin")]
    [InlineData("/account")]
    public async Task The_proof_leads_to_pages_of_administration_only(string elsewhere)
    {
        app.Time.Advance(Quarter);
        var asks = await admin.Browser.GetAsync($"/proof?for=admin&returnUrl={Uri.EscapeDataString(elsewhere)}");

        Assert.Equal("/admin", (await admin.Browser.SubmitAsync(asks, ("code", admin.Code()))).Path);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();
}
