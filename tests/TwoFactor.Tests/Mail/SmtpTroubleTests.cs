namespace TwoFactor.Tests.Mail;

using Microsoft.Extensions.Logging;
using TwoFactor.Mail;
using Xunit;

/// <summary>A mail server that is down, refuses, is slow, or breaks off: nothing is lost, nothing goes twice, the waits grow.</summary>
public sealed class SmtpTroubleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_down_costs_no_letter_a_try_and_afterwards_all_go_in_their_order()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await server.KillAsync();
        var called = new List<int>();
        for (var second = 0; second < 60; second++)
        {
            if (second % 10 == 0)
            {
                await desk.AddAsync(desk.Invitation($"grace{second}@acme.example"), Cancellation);
            }

            var before = Calls(desk);
            Assert.Equal(0, await desk.SendAsync(Cancellation));
            if (Calls(desk) > before)
            {
                called.Add(second);
            }

            desk.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 10, 30], called);
        Assert.All(await desk.RowsAsync(Cancellation), row => Assert.Equal((0, 0L), (row.Tries, row.NextTryAt)));
        await server.StartAgainAsync();
        desk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(6, await desk.SendAsync(Cancellation));

        Assert.Equal(
            ["grace0@acme.example", "grace10@acme.example", "grace20@acme.example", "grace30@acme.example", "grace40@acme.example", "grace50@acme.example"],
            (await server.LettersAsync()).Select(letter => letter.To), StringComparer.Ordinal);
        Assert.Empty(await desk.RowsAsync(Cancellation));
        Assert.Contains(desk.Lines, line => line.Text.Contains("takes mail again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_pause_of_a_server_never_grows_beyond_its_setting()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await server.KillAsync();
        await desk.AddAsync(desk.Invitation(), Cancellation);
        for (var hour = 0; hour < 12; hour++)
        {
            await desk.SendAsync(Cancellation);
            desk.Time.Advance(TimeSpan.FromHours(1));
        }

        await desk.SendAsync(Cancellation);
        Assert.Equal(13, Calls(desk));
        desk.Time.Advance(TimeSpan.FromSeconds(299));
        await desk.SendAsync(Cancellation);
        Assert.Equal(13, Calls(desk));
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.SendAsync(Cancellation);
        Assert.Equal(14, Calls(desk));
    }

    [Theory]
    [InlineData("refused", 550)]
    [InlineData("content", 554)]
    public async Task A_letter_that_is_refused_for_good_is_set_aside_told_once_audited_and_stops_nothing(string name, int reply)
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        var letter = desk.Invitation($"{name}@acme.example");
        await desk.AddAsync(letter, Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);

        Assert.Equal(1, await desk.SendAsync(Cancellation));
        desk.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await desk.SendAsync(Cancellation));

        Assert.Equal("grace@acme.example", Assert.Single(await server.LettersAsync()).To);
        var row = Assert.Single(await desk.RowsAsync(Cancellation));
        Assert.Equal((reply, Desk.Start.ToUnixTimeSeconds()), (row.SetAsideReason, row.SetAsideAt));
        Assert.Equal((letter.Account, (long?)reply), Assert.Single(await desk.SetAsideAsync(Cancellation)));
        Assert.Contains($"Reason {reply}:", Assert.Single(desk.Lines, line => line.Level >= LogLevel.Warning).Text, StringComparison.Ordinal);
        AssertNamesNobody(desk);
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("full")]
    [InlineData("later")]
    public async Task A_letter_that_is_refused_for_now_is_tried_again_after_waits_that_grow(string name)
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation($"{name}@acme.example"), Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);
        Assert.Equal(1, await desk.SendAsync(Cancellation));
        foreach (var wait in (int[])[10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600])
        {
            var row = Assert.Single(await desk.RowsAsync(Cancellation));
            Assert.Equal(wait, row.NextTryAt - desk.Time.GetUtcNow().ToUnixTimeSeconds());
            desk.Time.Advance(TimeSpan.FromSeconds(wait - 1));
            await desk.SendAsync(Cancellation);
            Assert.Equal(row.Tries, Assert.Single(await desk.RowsAsync(Cancellation)).Tries);
            desk.Time.Advance(TimeSpan.FromSeconds(1));
            await desk.SendAsync(Cancellation);
        }

        Assert.Equal(12, Assert.Single(await desk.RowsAsync(Cancellation)).Tries);
        Assert.Single(await server.LettersAsync());
        AssertNamesNobody(desk);
    }

    [Fact]
    public async Task A_letter_that_waits_lets_the_others_pass_and_goes_when_the_server_takes_it()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        foreach (var name in (string[])["once-busy", "once-later", "grace"])
        {
            await desk.AddAsync(desk.Invitation($"{name}@acme.example"), Cancellation);
            desk.Time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(1, await desk.SendAsync(Cancellation));
        desk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, await desk.SendAsync(Cancellation));

        Assert.Equal(
            ["grace@acme.example", "once-busy@acme.example", "once-later@acme.example"],
            (await server.LettersAsync()).Select(letter => letter.To), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("550 5.7.1 who are you")]
    [InlineData("451 4.3.0 not now")]
    [InlineData("421 4.3.0 I am tired")]
    public async Task A_server_that_takes_no_sender_of_ours_costs_no_letter_anything(string answer)
    {
        await using var server = await MailServer.StartAsync("--sender", answer);
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation(), Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);

        Assert.Equal(0, await desk.SendAsync(Cancellation));

        Assert.All(await desk.RowsAsync(Cancellation), row => Assert.Equal((0, 0L, null), (row.Tries, row.NextTryAt, row.SetAsideAt)));
        var told = Assert.Single(desk.Lines).Text;
        Assert.Contains($"Reply code {answer[..3]}. The letters wait; next try in 10 s", told, StringComparison.Ordinal);
        Assert.Equal(answer[0] is '5', told.Contains("Smtp:From", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_after_the_time_out_and_tried_again()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("once-silent@acme.example"), Cancellation);
        desk.Time.Advance(TimeSpan.FromMilliseconds(1));
        await desk.AddAsync(desk.Invitation(), Cancellation);

        var sending = desk.SendAsync(Cancellation);
        await server.HasFallenSilentAsync();
        Assert.False(sending.IsCompleted);
        desk.Time.Advance(TimeSpan.FromSeconds(desk.Limits.LetterSeconds));
        Assert.Equal(0, await sending);

        Assert.Contains("it did not answer in time", Assert.Single(desk.Lines).Text, StringComparison.Ordinal);
        Assert.Equal([1, 0], (await desk.RowsAsync(Cancellation)).Select(row => row.Tries));
        desk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, await desk.SendAsync(Cancellation));
        Assert.Equal(["once-silent@acme.example", "grace@acme.example"], (await server.LettersAsync()).Select(letter => letter.To), StringComparer.Ordinal);
    }

    [Fact]
    public async Task No_lock_of_the_database_is_held_while_the_server_keeps_us_waiting()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("once-silent@acme.example"), Cancellation);
        var open = new OpenTransactions();

        var sending = desk.SendAsync(Cancellation, null, open);
        await server.HasFallenSilentAsync();
        Assert.Equal(0, open.Count);
        await desk.AddAsync(desk.Invitation(), Cancellation);

        desk.Time.Advance(TimeSpan.FromSeconds(desk.Limits.LetterSeconds));
        await sending;
        Assert.Equal(2, (await desk.RowsAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task A_server_that_never_greets_is_left_after_its_time_out()
    {
        using var mute = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        mute.Start();
        var port = ((System.Net.IPEndPoint)mute.LocalEndpoint).Port;
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: new SmtpOptions("127.0.0.1", port, SmtpSecurity.StartTls, null, null, null));
        await desk.AddAsync(desk.Invitation(), Cancellation);

        var sending = desk.SendAsync(Cancellation);
        using var accepted = await mute.AcceptTcpClientAsync(Cancellation);
        desk.Time.Advance(TimeSpan.FromSeconds(desk.Limits.ConnectSeconds));

        Assert.Equal(0, await sending);
        Assert.Contains("it did not answer in time", Assert.Single(desk.Lines).Text, StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single(await desk.RowsAsync(Cancellation)).Tries);
    }

    [Fact]
    public async Task A_letter_that_always_breaks_the_connection_does_not_keep_the_others_from_going()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await desk.AddAsync(desk.Invitation("cut@acme.example"), Cancellation);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.AddAsync(desk.Invitation(), Cancellation);

        for (var minute = 0; minute < 60 && (await server.LettersAsync()).Count == 0; minute++)
        {
            await desk.SendAsync(Cancellation);
            desk.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("grace@acme.example", Assert.Single(await server.LettersAsync()).To);
        Assert.Single(await desk.RowsAsync(Cancellation));
        Assert.Contains(desk.Lines, line => line.Text.Contains("it ended the connection", StringComparison.Ordinal));
    }

    private static int Calls(Desk desk) => desk.Lines.Count(line => line.Text.Contains("nobody answers at Smtp:Host", StringComparison.Ordinal));

    private static void AssertNamesNobody(Desk desk) => Assert.All(
        desk.Lines, line => Assert.DoesNotContain("@acme", line.Text, StringComparison.Ordinal));
}
