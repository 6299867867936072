namespace TwoFactor.Tests.Administration.Lists;

using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Nobody is left behind by waves: every press reaches somebody who is due, and says how many.</summary>
public sealed class BulkInvitationProgressTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task Whose_invitation_is_over_is_reminded_and_who_was_never_invited_is_not()
    {
        var (ana, _) = await testHost.InviteAsync("ana");
        await testHost.ImportAsync("user_name,mail", "new,new@acme.example");
        testHost.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(["ana", "new"], await testHost.ListAsync(Listing.NotEnrolled));

        Assert.Equal(new BulkInvitationResult(1, 0, 0), await testHost.RemindAsync(Listing.NotEnrolled));

        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountReminded, ana));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Invited));
        Assert.Equal(["new"], await testHost.ListAsync(Listing.NeverInvited));
    }

    [Fact]
    public async Task The_list_of_who_is_not_enrolled_has_the_button()
    {
        using var app = App.WithMail();
        var ada = await TestUser.FirstAdminAsync(app);
        await ada.Browser.SubmitAsync(
            await ada.Browser.GetAsync("/admin/accounts/new"), ("username", "ana"), ("email", "ana@acme.example"));
        app.Time.Advance(TimeSpan.FromDays(10));
        await ada.SignInAsync();

        var done = await ada.Browser.PressAsync(await ada.Browser.GetAsync("/admin/accounts?show=not-enrolled"), "Remind 1 person");

        Assert.Contains("1 reminder is on the way.", done.Words, StringComparison.Ordinal);
        await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "Reminder");
    }

    [Fact]
    public async Task Who_is_late_and_was_never_invited_gets_an_invitation_and_no_second_mail_that_day()
    {
        await testHost.ImportAsync("user_name,mail", "ana,ana@acme.example", "bo,bo@acme.example");
        foreach (var name in new[] { "ana", "bo" })
        {
            await testHost.SetDateAsync((await testHost.AccountAsync(name)).Id, "2026-11-30");
        }

        testHost.Time.Advance(TimeSpan.FromDays(10));

        Assert.Equal(new BulkInvitationResult(2, 0, 0), await testHost.RemindAsync(Listing.Late));
        Assert.Equal(new BulkInvitationResult(0, 2, 0), await testHost.RemindAsync(Listing.Late));

        var ana = (await testHost.AccountAsync("ana")).Id;
        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountInvitationSent, ana));
        Assert.Empty(await testHost.EventsAsync(AuditKinds.AccountReminded, ana));
        Assert.All(await testHost.RowsAsync<OutboxMessage>(), message => Assert.Equal(MailKinds.Invitation.Name, message.Kind));
    }

    [Fact]
    public async Task A_new_address_by_a_file_ends_the_invitation_mails_nobody_and_the_next_wave_takes_the_person()
    {
        await testHost.InviteAsync("ana");
        var before = (await testHost.RowsAsync<OutboxMessage>()).Count;

        await testHost.ImportAsync("user_name,mail", "ana,right@acme.example");

        Assert.Equal(before, (await testHost.RowsAsync<OutboxMessage>()).Count);
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.NeverInvited));
        Assert.Equal(new BulkInvitationResult(1, 0, 0), await testHost.InviteNeverAsync());
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Invited));
    }

    [Fact]
    public async Task A_role_that_somebody_wrote_into_the_database_neither_counts_nor_keeps_others_waiting()
    {
        await testHost.ImportAsync(
            "user_name,mail", "a1,a1@acme.example", "a2,a2@acme.example", "bo,bo@acme.example", "cy,cy@acme.example");
        await testHost.TamperAsync("UPDATE account SET role='helpdesk' WHERE user_name IN ('a1', 'a2')");

        Assert.Equal(new BulkInvitationResult(1, 0, 1), await testHost.InviteNeverAsync(most: 1));
        Assert.Equal(new BulkInvitationResult(1, 0, 0), await testHost.InviteNeverAsync(most: 1));
        Assert.Equal(new BulkInvitationResult(0, 0, 0), await testHost.InviteNeverAsync(most: 1));

        Assert.Equal(["bo", "cy"], await testHost.ListAsync(Listing.Invited));
        Assert.Equal(new BulkInvitationResult(2, 0, 0), await testHost.RemindAsync(Listing.Invited));
    }
}
