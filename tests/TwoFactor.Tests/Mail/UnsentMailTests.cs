namespace TwoFactor.Tests.Mail;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// What did not leave is listed with its reason, and can be tried again: never twice at once, and never with what it says.
/// </summary>
public sealed class UnsentMailTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Slow]
    public async Task A_mail_that_was_not_taken_now_is_listed_with_its_reason_and_goes_at_once_when_somebody_asks()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("once-later@acme.example"), Cancellation);
        Assert.Empty((await ListAsync(host)).Messages);

        Assert.Equal(0, await host.SendAsync(Cancellation));

        var message = Assert.Single((await ListAsync(host)).Messages);
        Assert.Equal(
            (
                "once-later@acme.example", "You are invited to Acme", 1, "the mail server answered 451",
                (UnixTime?)(Now(host) + TimeSpan.FromSeconds(10)), false, true),
            (message.To, message.Subject, message.Tries, message.Why, message.NextTryAt, message.IsSetAside, message.CanRetry));
        Assert.DoesNotContain(host.Proof.Reveal(), message.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await host.SendAsync(Cancellation));
        Assert.Equal(1, await RetryAsync(host, message.Id));
        Assert.Equal(1, await host.SendAsync(Cancellation));
        Assert.Equal("once-later@acme.example", Assert.Single(await server.MessagesAsync()).To);
        Assert.Empty((await ListAsync(host)).Messages);
        Assert.Equal(0, await RetryAsync(host));
        Assert.Equal([1L], await RetriedAsync(host));
    }

    [Fact]
    [Slow]
    public async Task Behind_a_server_that_cannot_be_used_every_mail_that_waits_too_long_is_listed_and_a_retry_calls_it()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await server.KillAsync();
        await host.AddAsync(host.Invitation(), Cancellation);
        await host.AddAsync(host.Invitation("ana@acme.example"), Cancellation);
        await host.SendAsync(Cancellation);
        host.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty((await ListAsync(host)).Messages);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.SendAsync(Cancellation);

        var messages = (await ListAsync(host)).Messages;

        Assert.Equal(2, messages.Count);
        Assert.All(messages, message => Assert.Equal(
            ("the mail server cannot be used: nobody answers at Smtp:Host and Smtp:Port", 0, (UnixTime?)(Now(host)
                + TimeSpan.FromSeconds(20))), (message.Why, message.Tries, message.NextTryAt)));
        await server.StartAgainAsync();
        Assert.Equal(0, await host.SendAsync(Cancellation));
        Assert.Equal(2, await RetryAsync(host));
        Assert.Equal(2, await host.SendAsync(Cancellation));
        Assert.Equal([2L], await RetriedAsync(host));
    }

    [Fact]
    [Slow]
    public async Task A_mail_that_was_refused_or_given_up_goes_again_when_somebody_asks_however_old_it_is()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("once-refused@acme.example"), Cancellation);
        await host.SendAsync(Cancellation);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AddAsync(host.Invitation("old@acme.example"), Cancellation);
        host.Time.Advance(TimeSpan.FromDays(5));
        await host.SweepAsync(Cancellation);
        Assert.Equal(
            ["it was tried for too long", "the mail server answered 550"],
            (await ListAsync(host)).Messages.Select(message => message.Why), StringComparer.Ordinal);

        Assert.Equal(2, await RetryAsync(host));
        await host.SweepAsync(Cancellation);
        Assert.Equal(2, await host.SendAsync(Cancellation));

        Assert.Equal(
            ["once-refused@acme.example", "old@acme.example"],
            (await server.MessagesAsync()).Select(message => message.To),
            StringComparer.Ordinal);
    }

    [Fact]
    [Slow]
    public async Task A_retried_mail_is_given_up_again_in_its_time_counted_from_then()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("busy@acme.example"), Cancellation);
        host.Time.Advance(TimeSpan.FromDays(5));
        await host.SweepAsync(Cancellation);
        Assert.Equal(1, await RetryAsync(host));
        host.Time.Advance(TimeSpan.FromDays(4) - TimeSpan.FromSeconds(1));
        await host.SendAsync(Cancellation);

        Assert.Equal("the mail server answered 450", Assert.Single((await ListAsync(host)).Messages).Why);
        host.Time.Advance(TimeSpan.FromSeconds(1) + host.Limits.ClaimTime);
        await host.SweepAsync(Cancellation);
        Assert.Equal("it was tried for too long", Assert.Single((await ListAsync(host)).Messages).Why);
    }

    [Fact]
    [Slow]
    public async Task A_mail_that_is_being_sent_is_nobody_s_to_retry_and_goes_once()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("held@acme.example"), Cancellation);
        host.Time.Advance(TimeSpan.FromSeconds(60));
        var sending = host.SendAsync(Cancellation);
        await server.HoldsItsYesAsync();

        var message = Assert.Single((await ListAsync(host)).Messages);
        Assert.Equal(("it is being tried just now", (UnixTime?)null, false), (message.Why, message.NextTryAt, message.CanRetry));
        Assert.Equal(0, await RetryAsync(host, message.Id));
        Assert.Equal(0, await RetryAsync(host));
        Assert.Equal(0, await host.SendAsync(Cancellation));
        await server.SayYesAsync();
        Assert.Equal(1, await sending);

        Assert.Single(await server.MessagesAsync());
        Assert.Empty(await RetriedAsync(host));
    }

    [Fact]
    public async Task A_mail_that_was_altered_is_listed_without_a_word_of_it_and_cannot_be_retried()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        await using (var database = host.Database())
        {
            await database.Database.ExecuteSqlAsync($"UPDATE outbox_message SET account_id={Guid.NewGuid()}", Cancellation);
        }

        await host.SendAsync(Cancellation);

        var message = Assert.Single((await ListAsync(host)).Messages);
        Assert.Equal(
            (null, null, "it was altered in the database", true, false),
            (message.To, message.Subject, message.Why, message.IsSetAside, message.CanRetry));
        Assert.Equal(0, await RetryAsync(host));
    }

    [Fact]
    public async Task Pages_turn_by_key_newest_first_and_back()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        for (var number = 0; number < 60; number++)
        {
            await host.AddAsync(host.Invitation($"p{number:D2}@acme.example"), Cancellation);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        host.Time.Advance(TimeSpan.FromSeconds(60));
        var newest = await ListAsync(host);
        var middle = await host.UnsentAsync(mail => mail.ListAsync(null, newest.Older, Cancellation));
        var oldest = await host.UnsentAsync(mail => mail.ListAsync(null, middle.Older, Cancellation));

        Assert.Null(newest.Newer);
        Assert.Null(oldest.Older);
        Assert.Equal(
            Enumerable.Range(0, 60).Reverse().Select(number => $"p{number:D2}@acme.example"),
            newest.Messages.Concat(middle.Messages).Concat(oldest.Messages).Select(message => message.To));
        var back = await host.UnsentAsync(mail => mail.ListAsync(oldest.Newer, null, Cancellation));
        Assert.Equal(middle.Messages.Select(message => message.Id), back.Messages.Select(message => message.Id));
        var first = await host.UnsentAsync(mail => mail.ListAsync(back.Newer, null, Cancellation));
        Assert.Equal((newest.Messages[0].Id, null), (first.Messages[0].Id, first.Newer));
        Assert.Equal(60, await host.UnsentAsync(mail => mail.CountAsync(Cancellation)));
    }

    private static UnixTime Now(MailTestHost host) => host.Time.Now();

    private static Task<UnsentPage> ListAsync(MailTestHost host) => host.UnsentAsync(mail => mail.ListAsync(null, null, Cancellation));

    private static Task<int> RetryAsync(MailTestHost host, Guid? message = null) =>
        host.UnsentAsync(mail => mail.RetryAsync(message, Actor.Console, Cancellation));

    private static async Task<List<long?>> RetriedAsync(MailTestHost host)
    {
        await using var database = host.Database();
        return await database.Set<AuditEvent>()
            .Where(row => row.Kind == AuditKinds.MailRetried)
            .OrderBy(row => row.Place)
            .Select(row => row.Number)
            .ToListAsync(Cancellation);
    }
}
