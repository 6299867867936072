namespace TwoFactor.Tests.Administration;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using Xunit;
using Person = TwoFactor.Tests.Harness.Person;

/// <summary>Invitations in waves, and reminders that nobody gets twice a day.</summary>
public sealed class WavesTests : IAsyncLifetime
{
    private Ground ground = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await Ground.PrepareAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task A_wave_takes_so_many_the_oldest_first_and_says_how_many_remain()
    {
        await ground.ImportAsync("user_name,mail", "zoe,zoe@acme.example");
        ground.Time.Advance(TimeSpan.FromDays(1));
        await ground.ImportAsync([.. Enumerable.Range(100, 250).Select(number => $"p{number},p{number}@acme.example").Prepend("user_name,mail")]);

        var first = await ground.InviteNeverAsync();
        Assert.Equal(new WaveResult(200, 0, 51), first);
        Assert.Contains("zoe", await ground.ListAsync(Listing.Invited), StringComparer.Ordinal);
        Assert.Equal(new WaveResult(10, 0, 41), await ground.InviteNeverAsync(most: 10));
        Assert.Equal(new WaveResult(41, 0, 0), await ground.InviteNeverAsync());
        Assert.Equal(new WaveResult(0, 0, 0), await ground.InviteNeverAsync());
        Assert.Equal(251, (await ground.RowsAsync<AuditEvent>()).Count(row => row.Kind is AuditKinds.AccountInvitationSent));
        Assert.Equal(251, (await ground.RowsAsync<Ticket>()).Count(row => row.Kind is TicketKinds.Invitation));
    }

    [Fact]
    public async Task Nobody_who_is_held_enrolled_or_invited_already_is_in_a_wave()
    {
        await ground.FirstAdminAsync();
        await ground.InviteAsync("ivan");
        await ground.ImportAsync("user_name,mail", "held,held@acme.example", "new,new@acme.example");
        await ground.AskAsync<Switches, SwitchOutcome>(async switches =>
            await switches.DisableAsync(null, (await ground.AccountAsync("held")).Id, "gone", Origin.Console, Cancellation));

        Assert.Equal(new WaveResult(1, 0, 0), await ground.InviteNeverAsync());
        Assert.Null((await ground.AccountAsync("held")).InvitedAt);
    }

    [Fact]
    public async Task A_reminder_has_a_new_link_ends_the_older_one_and_comes_at_most_once_a_day()
    {
        var (id, old) = await ground.InviteAsync("ana");
        await ground.InviteAsync("bo");
        Assert.Equal(new WaveResult(2, 0, 0), await ground.RemindAsync(Listing.Invited));
        Assert.IsType<LinkLook.Replaced>(await ground.AskAsync<Acceptance, LinkLook>(acceptance => acceptance.LookAsync(old, Cancellation)));

        await ground.InviteAsync("cy");
        Assert.Equal(new WaveResult(1, 2, 0), await ground.RemindAsync(Listing.Invited));
        ground.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(new WaveResult(0, 3, 0), await ground.RemindAsync(Listing.Invited));
        ground.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new WaveResult(3, 0, 0), await ground.RemindAsync(Listing.Invited));
        Assert.Equal(2, (await ground.EventsAsync(AuditKinds.AccountReminded, id)).Count);
        Assert.Single(await ground.EventsAsync(AuditKinds.AccountInvitationSent, id));
    }

    [Fact]
    public async Task The_late_are_reminded_also_when_their_invitation_is_over_but_not_while_they_are_held()
    {
        var (ana, _) = await ground.InviteAsync("ana");
        var (held, _) = await ground.InviteAsync("held");
        await ground.InviteAsync("bo");
        await ground.SetDateAsync(ana, "2026-11-30");
        await ground.SetDateAsync(held, "2026-11-30");
        await ground.AskAsync<Switches, SwitchOutcome>(switches => switches.DisableAsync(null, held, "gone", Origin.Console, Cancellation));
        ground.Time.Advance(TimeSpan.FromDays(10));

        Assert.Equal(new WaveResult(0, 0, 0), await ground.RemindAsync(Listing.Invited));
        Assert.Equal(new WaveResult(1, 0, 0), await ground.RemindAsync(Listing.Late));
        Assert.Equal(["ana"], await ground.ListAsync(Listing.Invited));
    }

    [Fact]
    public async Task The_letters_say_the_date_and_that_it_has_passed()
    {
        using var app = App.WithMail();
        var ada = await Person.FirstAdminAsync(app);
        var form = await ada.Browser.GetAsync("/admin/accounts/new");
        await ada.Browser.SubmitAsync(form, ("username", "ana"), ("email", "ana@acme.example"), ("groups", "Sales; Board"), ("enroll-by", "2026-11-30"));
        var invitation = await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "You are invited");
        Assert.Contains("Set up by: 30 November 2026", invitation.Text, StringComparison.Ordinal);

        await ada.Browser.PressAsync(await ada.Browser.GetAsync("/admin/accounts?show=invited"), "Remind 1 person");
        var reminder = await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "Reminder");
        Assert.Contains("is not set up yet. Please do it by 30 November 2026.", reminder.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);

        app.Time.Advance(TimeSpan.FromDays(10));
        await ada.SignInAsync();
        await ada.Browser.PressAsync(await ada.Browser.GetAsync("/admin/accounts?show=late"), "Remind 1 person");
        var late = await (await app.MailboxAsync()).TakeAsync("ana@acme.example", "Reminder");
        Assert.Contains("should have been set up by 30 November 2026. That day has passed.", late.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var ana = new Person(app, "ana", "ana@acme.example");
        var welcome = await ana.Browser.GetAsync(late.Link("/invitation/"));
        Assert.Equal("Welcome", welcome.Heading);
    }
}
