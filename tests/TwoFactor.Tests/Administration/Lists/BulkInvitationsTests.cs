namespace TwoFactor.Tests.Administration.Lists;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Invitations in waves, and reminders that nobody gets twice a day.</summary>
public sealed class BulkInvitationsTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task A_wave_takes_so_many_the_oldest_first_and_says_how_many_remain()
    {
        await testHost.ImportAsync("user_name,mail", "zoe,zoe@acme.example");
        testHost.Time.Advance(TimeSpan.FromDays(1));
        await testHost.ImportAsync(
            [.. Enumerable.Range(100, 250).Select(number => $"p{number},p{number}@acme.example").Prepend("user_name,mail")]);

        var first = await testHost.InviteNeverAsync();
        Assert.Equal(new BulkInvitationResult(200, 0, 51), first);
        Assert.Contains("zoe", await testHost.ListAsync(Listing.Invited), StringComparer.Ordinal);
        Assert.Equal(new BulkInvitationResult(10, 0, 41), await testHost.InviteNeverAsync(most: 10));
        Assert.Equal(new BulkInvitationResult(41, 0, 0), await testHost.InviteNeverAsync());
        Assert.Equal(new BulkInvitationResult(0, 0, 0), await testHost.InviteNeverAsync());
        Assert.Equal(251, (await testHost.RowsAsync<AuditEvent>()).Count(row => row.Kind is AuditKinds.AccountInvitationSent));
        Assert.Equal(251, (await testHost.RowsAsync<Ticket>()).Count(row => row.Kind is TicketKinds.Invitation));
    }

    [Fact]
    public async Task Nobody_who_is_held_enrolled_or_invited_already_is_in_a_wave()
    {
        await testHost.FirstAdminAsync();
        await testHost.InviteAsync("ivan");
        await testHost.ImportAsync("user_name,mail", "held,held@acme.example", "new,new@acme.example");
        await testHost.AskAsync<AccountLockout, LockoutOutcome>(async accountLockout =>
            await accountLockout.DisableAsync(null, (await testHost.AccountAsync("held")).Id, "gone", null, Actor.Console, Cancellation));

        Assert.Equal(new BulkInvitationResult(1, 0, 0), await testHost.InviteNeverAsync());
        Assert.Null((await testHost.AccountAsync("held")).InvitedAt);
    }

    [Fact]
    public async Task A_reminder_has_a_new_link_ends_the_older_one_and_comes_at_most_once_a_day()
    {
        var (id, old) = await testHost.InviteAsync("ana");
        await testHost.InviteAsync("bo");
        Assert.Equal(new BulkInvitationResult(2, 0, 0), await testHost.RemindAsync(Listing.Invited));
        Assert.IsType<LinkState.Replaced>(await testHost.AskAsync<InvitationAcceptance, LinkState>(
            invitationAcceptance => invitationAcceptance.FindAsync(old, Cancellation)));

        await testHost.InviteAsync("cy");
        Assert.Equal(new BulkInvitationResult(1, 2, 0), await testHost.RemindAsync(Listing.Invited));
        testHost.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(new BulkInvitationResult(0, 3, 0), await testHost.RemindAsync(Listing.Invited));
        testHost.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new BulkInvitationResult(3, 0, 0), await testHost.RemindAsync(Listing.Invited));
        Assert.Equal(2, (await testHost.EventsAsync(AuditKinds.AccountReminded, id)).Count);
        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountInvitationSent, id));
    }

    [Fact]
    public async Task The_late_are_reminded_also_when_their_invitation_is_over_but_not_while_they_are_held()
    {
        var (ana, _) = await testHost.InviteAsync("ana");
        var (held, _) = await testHost.InviteAsync("held");
        await testHost.InviteAsync("bo");
        await testHost.SetDateAsync(ana, "2026-11-30");
        await testHost.SetDateAsync(held, "2026-11-30");
        await testHost.AskAsync<AccountLockout, LockoutOutcome>(
            accountLockout => accountLockout.DisableAsync(null, held, "gone", null, Actor.Console, Cancellation));
        testHost.Time.Advance(TimeSpan.FromDays(10));

        Assert.Equal(new BulkInvitationResult(0, 0, 0), await testHost.RemindAsync(Listing.Invited));
        Assert.Equal(new BulkInvitationResult(1, 0, 0), await testHost.RemindAsync(Listing.Late));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Invited));
    }

    [Fact]
    public async Task The_mails_say_the_date_and_that_it_has_passed()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        var form = await ada.Browser.GetAsync("/admin/accounts/new");
        await ada.Browser.SubmitAsync(
            form, ("username", "ana"), ("email", "ana@acme.example"), ("groups", "Sales; Board"), ("enroll-by", "2026-11-30"));
        var invitation = await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "You are invited");
        Assert.Contains("Set up by: 30 November 2026", invitation.Text, StringComparison.Ordinal);

        await ada.Browser.PressAsync(await ada.Browser.GetAsync("/admin/accounts?show=invited"), "Remind 1 person");
        var reminder = await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "Reminder");
        Assert.Contains(
            "is not set up yet. Please do it by 30 November 2026.", reminder.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);

        app.Time.Advance(TimeSpan.FromDays(10));
        await ada.SignInAsync();
        await ada.Browser.PressAsync(await ada.Browser.GetAsync("/admin/accounts?show=late"), "Remind 1 person");
        var late = await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "Reminder");
        Assert.Contains(
            "should have been set up by 30 November 2026. That day has passed.",
            late.Text.ReplaceLineEndings(" "),
            StringComparison.Ordinal);
        var ana = new TestUser(app, "ana", "ana@acme.example");
        var welcome = await ana.Browser.GetAsync(late.Link("/invitation/"));
        Assert.Equal("Welcome", welcome.Heading);
    }
}
