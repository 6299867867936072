namespace TwoFactor.Tests.Mail;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Mail;
using Xunit;

/// <summary>What did not leave is listed with its reason, and can be tried again: never twice at once, and never with what it says.</summary>
public sealed class UnsentMailTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_that_was_not_taken_now_is_listed_with_its_reason_and_goes_at_once_when_somebody_asks()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("once-later@acme.example"), Cancellation);
        Assert.Empty((await ListAsync(desk)).Letters);

        Assert.Equal(0, await desk.SendAsync(Cancellation));

        var letter = Assert.Single((await ListAsync(desk)).Letters);
        Assert.Equal(
            ("once-later@acme.example", "You are invited to Acme", 1, "the mail server answered 451", (long?)Now(desk) + 10, false, true),
            (letter.To, letter.Subject, letter.Tries, letter.Why, letter.NextTryAt, letter.IsSetAside, letter.CanRetry));
        Assert.DoesNotContain(desk.Proof.Reveal(), letter.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await desk.SendAsync(Cancellation));
        Assert.Equal(1, await RetryAsync(desk, letter.Id));
        Assert.Equal(1, await desk.SendAsync(Cancellation));
        Assert.Equal("once-later@acme.example", Assert.Single(await server.LettersAsync()).To);
        Assert.Empty((await ListAsync(desk)).Letters);
        Assert.Equal(0, await RetryAsync(desk));
        Assert.Equal([1L], await RetriedAsync(desk));
    }

    [Fact]
    public async Task Behind_a_server_that_cannot_be_used_every_letter_that_waits_too_long_is_listed_and_a_retry_calls_it()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await server.KillAsync();
        await desk.AddAsync(desk.Invitation(), Cancellation);
        await desk.AddAsync(desk.Invitation("ana@acme.example"), Cancellation);
        await desk.SendAsync(Cancellation);
        desk.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty((await ListAsync(desk)).Letters);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.SendAsync(Cancellation);

        var letters = (await ListAsync(desk)).Letters;

        Assert.Equal(2, letters.Count);
        Assert.All(letters, letter => Assert.Equal(
            ("the mail server cannot be used: nobody answers at Smtp:Host and Smtp:Port", 0, (long?)Now(desk) + 20), (letter.Why, letter.Tries, letter.NextTryAt)));
        await server.StartAgainAsync();
        Assert.Equal(0, await desk.SendAsync(Cancellation));
        Assert.Equal(2, await RetryAsync(desk));
        Assert.Equal(2, await desk.SendAsync(Cancellation));
        Assert.Equal([2L], await RetriedAsync(desk));
    }

    [Fact]
    public async Task A_letter_that_was_refused_or_given_up_goes_again_when_somebody_asks_however_old_it_is()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("once-refused@acme.example"), Cancellation);
        await desk.SendAsync(Cancellation);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.AddAsync(desk.Invitation("old@acme.example"), Cancellation);
        desk.Time.Advance(TimeSpan.FromDays(5));
        await desk.SweepAsync(Cancellation);
        Assert.Equal(
            ["it was tried for too long", "the mail server answered 550"],
            (await ListAsync(desk)).Letters.Select(letter => letter.Why), StringComparer.Ordinal);

        Assert.Equal(2, await RetryAsync(desk));
        await desk.SweepAsync(Cancellation);
        Assert.Equal(2, await desk.SendAsync(Cancellation));

        Assert.Equal(["once-refused@acme.example", "old@acme.example"], (await server.LettersAsync()).Select(letter => letter.To), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_retried_letter_is_given_up_again_in_its_time_counted_from_then()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("busy@acme.example"), Cancellation);
        desk.Time.Advance(TimeSpan.FromDays(5));
        await desk.SweepAsync(Cancellation);
        Assert.Equal(1, await RetryAsync(desk));
        desk.Time.Advance(TimeSpan.FromDays(4) - TimeSpan.FromSeconds(1));
        await desk.SendAsync(Cancellation);

        Assert.Equal("the mail server answered 450", Assert.Single((await ListAsync(desk)).Letters).Why);
        desk.Time.Advance(TimeSpan.FromSeconds(1 + desk.Limits.ClaimSeconds));
        await desk.SweepAsync(Cancellation);
        Assert.Equal("it was tried for too long", Assert.Single((await ListAsync(desk)).Letters).Why);
    }

    [Fact]
    public async Task A_letter_that_is_being_sent_is_nobody_s_to_retry_and_goes_once()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("held@acme.example"), Cancellation);
        desk.Time.Advance(TimeSpan.FromSeconds(60));
        var sending = desk.SendAsync(Cancellation);
        await server.HoldsItsYesAsync();

        var letter = Assert.Single((await ListAsync(desk)).Letters);
        Assert.Equal(("it is being tried just now", (long?)null, false), (letter.Why, letter.NextTryAt, letter.CanRetry));
        Assert.Equal(0, await RetryAsync(desk, letter.Id));
        Assert.Equal(0, await RetryAsync(desk));
        Assert.Equal(0, await desk.SendAsync(Cancellation));
        await server.SayYesAsync();
        Assert.Equal(1, await sending);

        Assert.Single(await server.LettersAsync());
        Assert.Empty(await RetriedAsync(desk));
    }

    [Fact]
    public async Task A_letter_that_was_altered_is_listed_without_a_word_of_it_and_cannot_be_retried()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);
        await using (var database = desk.Database())
        {
            await database.Database.ExecuteSqlAsync($"UPDATE outbox_message SET account_id={Guid.NewGuid()}", Cancellation);
        }

        await desk.SendAsync(Cancellation);

        var letter = Assert.Single((await ListAsync(desk)).Letters);
        Assert.Equal((null, null, "it was altered in the database", true, false), (letter.To, letter.Subject, letter.Why, letter.IsSetAside, letter.CanRetry));
        Assert.Equal(0, await RetryAsync(desk));
    }

    [Fact]
    public async Task Pages_turn_by_key_newest_first_and_back()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        for (var number = 0; number < 60; number++)
        {
            await desk.AddAsync(desk.Invitation($"p{number:D2}@acme.example"), Cancellation);
            desk.Time.Advance(TimeSpan.FromSeconds(1));
        }

        desk.Time.Advance(TimeSpan.FromSeconds(60));
        var newest = await ListAsync(desk);
        var middle = await desk.UnsentAsync(mail => mail.ListAsync(null, newest.Older, Cancellation));
        var oldest = await desk.UnsentAsync(mail => mail.ListAsync(null, middle.Older, Cancellation));

        Assert.Null(newest.Newer);
        Assert.Null(oldest.Older);
        Assert.Equal(
            Enumerable.Range(0, 60).Reverse().Select(number => $"p{number:D2}@acme.example"),
            newest.Letters.Concat(middle.Letters).Concat(oldest.Letters).Select(letter => letter.To));
        var back = await desk.UnsentAsync(mail => mail.ListAsync(oldest.Newer, null, Cancellation));
        Assert.Equal(middle.Letters.Select(letter => letter.Id), back.Letters.Select(letter => letter.Id));
        var first = await desk.UnsentAsync(mail => mail.ListAsync(back.Newer, null, Cancellation));
        Assert.Equal((newest.Letters[0].Id, null), (first.Letters[0].Id, first.Newer));
        Assert.Equal(60, await desk.UnsentAsync(mail => mail.CountAsync(Cancellation)));
    }

    private static long Now(Desk desk) => desk.Time.GetUtcNow().ToUnixTimeSeconds();

    private static Task<UnsentPage> ListAsync(Desk desk) => desk.UnsentAsync(mail => mail.ListAsync(null, null, Cancellation));

    private static Task<int> RetryAsync(Desk desk, Guid? letter = null) => desk.UnsentAsync(mail => mail.RetryAsync(letter, Origin.Console, Cancellation));

    private static async Task<List<long?>> RetriedAsync(Desk desk)
    {
        await using var database = desk.Database();
        return await database.Set<AuditEvent>().Where(row => row.Kind == AuditKinds.MailRetried).OrderBy(row => row.Place).Select(row => row.Number).ToListAsync(Cancellation);
    }
}
