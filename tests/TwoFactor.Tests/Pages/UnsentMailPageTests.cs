namespace TwoFactor.Tests.Pages;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Mail;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>/admin/mail: what was not sent and why, for admins only; one press tries it again, under the name of who pressed.</summary>
public sealed class UnsentMailPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Slow]
    public async Task An_admin_reads_why_a_mail_did_not_go_presses_retry_and_it_goes()
    {
        await using var server = await MailServer.StartAsync();
        using var app = Behind(server);
        var admin = await TestUser.FirstAdminAsync(app);
        Assert.Contains("Nothing waits to be sent", (await admin.Browser.GetAsync("/admin/mail")).Words, StringComparison.Ordinal);
        await TestUsers.InviteAsync(app, admin, "once-later", accept: false);
        await TestUsers.InviteAsync(app, admin, "once-refused", accept: false);
        await SendAsync(app);

        Assert.Equal("2 letters were not sent", (await admin.Browser.GetAsync("/admin")).WordsOf("#mail + ul a"));
        var page = await admin.Browser.GetAsync("/admin/mail");
        Assert.Contains(
            "You are invited to TwoFactor Not sent: the mail server answered 451. To once-later@acme.example Waits since today, 10:00 "
                + "1 try Next try today, 10:00",
            page.Words, StringComparison.Ordinal);
        Assert.Contains(
            "Not sent: the mail server answered 550. To once-refused@acme.example Waits since today, 10:00 1 try Not tried again by itself",
            page.Words,
            StringComparison.Ordinal);
        Assert.DoesNotContain("/invitation/", page.Html, StringComparison.Ordinal);

        var done = await admin.Browser.PressAsync(page, "Retry now: You are invited to TwoFactor, to once-refused@acme.example");
        Assert.Contains("They are tried again now.", done.Words, StringComparison.Ordinal);
        Assert.Equal(1, await SendAsync(app));
        await admin.Browser.PressAsync(await admin.Browser.GetAsync("/admin/mail"), "Retry all now");
        Assert.Equal(1, await SendAsync(app));

        Assert.Contains("Nothing waits to be sent", (await admin.Browser.GetAsync("/admin/mail")).Words, StringComparison.Ordinal);
        Assert.Contains("Nobody is waiting for you", (await admin.Browser.GetAsync("/admin")).Words, StringComparison.Ordinal);
        var agent = await app.IdAsync("ada");
        Assert.Equal(2, (await app.QueryAsync<int>(
            $"""
             SELECT COUNT(*) AS Value FROM audit_event
              WHERE kind={AuditKinds.MailRetried} AND number=1 AND actor_kind={(int)ActorKind.Agent} AND actor={agent}
             """))[0]);
        Assert.Equal(1, await app.CountAsync(AuditKinds.MailRetried, await app.IdAsync("once-refused")));
    }

    [Fact]
    [Slow]
    public async Task A_mail_that_is_gone_already_is_said_to_be_and_no_event_tells_otherwise()
    {
        await using var server = await MailServer.StartAsync();
        using var app = Behind(server);
        var admin = await TestUser.FirstAdminAsync(app);
        await TestUsers.InviteAsync(app, admin, "once-later", accept: false);
        await SendAsync(app);
        var page = await admin.Browser.GetAsync("/admin/mail");
        app.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await SendAsync(app));

        var done = await admin.Browser.PressAsync(page, "Retry all now");

        Assert.Contains("Nothing waits any more that can be tried again.", done.Words, StringComparison.Ordinal);
        Assert.Equal(0, (await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE kind={AuditKinds.MailRetried}"))[0]);
    }

    [Fact]
    [Slow]
    public async Task The_help_desk_gets_no_such_page_no_tab_and_no_line_about_it()
    {
        await using var server = await MailServer.StartAsync();
        using var app = Behind(server);
        var admin = await TestUser.FirstAdminAsync(app);
        var hugo = new TestUser(app, "hugo", "hugo@acme.example");
        await hugo.ChoosePasswordAsync(await hugo.OpenInvitationAsync(await app.InviteByConsoleAsync("hugo", Role.Helpdesk)));
        await hugo.ConfirmAsync(await hugo.Browser.GetAsync("/enroll"));
        await TestUsers.InviteAsync(app, admin, "refused", accept: false);
        await SendAsync(app);

        Assert.Equal(HttpStatusCode.NotFound, (await hugo.Browser.GetAsync("/admin/mail")).Status);
        var toDo = await hugo.Browser.GetAsync("/admin");
        Assert.Contains("Nobody is waiting for you", toDo.Words, StringComparison.Ordinal);
        Assert.Null(toDo.Document.QuerySelector("a[href='/admin/mail']"));
        Assert.NotNull((await admin.Browser.GetAsync("/admin/accounts")).Document.QuerySelector(".tabs a[href='/admin/mail']"));
    }

    private static App Behind(MailServer server) =>
        new(("Smtp:Host", "127.0.0.1"), ("Smtp:Port", $"{server.Port}"), ("Smtp:Security", "None"));

    private static Task<int> SendAsync(App app) =>
        app.AskAsync(services => services.GetRequiredService<OutboxSender>().SendAsync(Cancellation));
}
