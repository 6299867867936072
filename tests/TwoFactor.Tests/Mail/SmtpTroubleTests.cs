namespace TwoFactor.Tests.Mail;

using Microsoft.Extensions.Logging;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A mail server that is down, refuses, is slow, or breaks off: nothing is lost, nothing goes twice, the waits grow.</summary>
[Slow]
public sealed class SmtpTroubleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_down_costs_no_mail_a_try_and_afterwards_all_go_in_their_order()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await server.KillAsync();
        var called = new List<int>();
        for (var second = 0; second < 60; second++)
        {
            if (second % 10 == 0)
            {
                await host.AddAsync(host.Invitation($"grace{second}@acme.example"), Cancellation);
            }

            var before = Calls(host);
            Assert.Equal(0, await host.SendAsync(Cancellation));
            if (Calls(host) > before)
            {
                called.Add(second);
            }

            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 10, 30], called);
        Assert.All(await host.RowsAsync(Cancellation), row => Assert.Equal((0, UnixTime.Unset), (row.Tries, row.NextTryAt)));
        await server.StartAgainAsync();
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(6, await host.SendAsync(Cancellation));

        Assert.Equal(
            Enumerable.Range(0, 6).Select(ten => $"grace{ten * 10}@acme.example"),
            (await server.MessagesAsync()).Select(message => message.To), StringComparer.Ordinal);
        Assert.Empty(await host.RowsAsync(Cancellation));
        Assert.Contains(host.Lines, line => line.Text.Contains("takes mail again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_pause_of_a_server_never_grows_beyond_its_setting()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await server.KillAsync();
        await host.AddAsync(host.Invitation(), Cancellation);
        for (var hour = 0; hour < 12; hour++)
        {
            await host.SendAsync(Cancellation);
            host.Time.Advance(TimeSpan.FromHours(1));
        }

        await host.SendAsync(Cancellation);
        Assert.Equal(13, Calls(host));
        host.Time.Advance(TimeSpan.FromSeconds(299));
        await host.SendAsync(Cancellation);
        Assert.Equal(13, Calls(host));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.SendAsync(Cancellation);
        Assert.Equal(14, Calls(host));
    }

    [Theory]
    [InlineData("refused", 550)]
    [InlineData("content", 554)]
    public async Task A_mail_that_is_refused_for_good_is_set_aside_told_once_audited_and_stops_nothing(string name, int reply)
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        var message = host.Invitation($"{name}@acme.example");
        await host.AddAsync(message, Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);

        Assert.Equal(1, await host.SendAsync(Cancellation));
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await host.SendAsync(Cancellation));

        Assert.Equal("grace@acme.example", Assert.Single(await server.MessagesAsync()).To);
        var row = Assert.Single(await host.RowsAsync(Cancellation));
        Assert.Equal((DeliveryKind.Refused, reply, UnixTime.Of(MailTestHost.Start)), (row.LastKind, row.LastReply, row.SetAsideAt));
        Assert.Equal((message.Account, (long?)reply), Assert.Single(await host.SetAsideAsync(Cancellation)));
        Assert.Contains(
            $"Reason {reply}:", Assert.Single(host.Lines, line => line.Level >= LogLevel.Warning).Text, StringComparison.Ordinal);
        host.AssertNamesNobody();
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("full")]
    [InlineData("later")]
    public async Task A_mail_that_is_refused_for_now_is_tried_again_after_waits_that_grow(string name)
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation($"{name}@acme.example"), Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        Assert.Equal(1, await host.SendAsync(Cancellation));
        foreach (var wait in (int[])[10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600])
        {
            var row = Assert.Single(await host.RowsAsync(Cancellation));
            Assert.Equal(TimeSpan.FromSeconds(wait), row.NextTryAt - host.Time.Now());
            host.Time.Advance(TimeSpan.FromSeconds(wait - 1));
            await host.SendAsync(Cancellation);
            Assert.Equal(row.Tries, Assert.Single(await host.RowsAsync(Cancellation)).Tries);
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await host.SendAsync(Cancellation);
        }

        Assert.Equal(12, Assert.Single(await host.RowsAsync(Cancellation)).Tries);
        Assert.Single(await server.MessagesAsync());
        host.AssertNamesNobody();
    }

    [Fact]
    public async Task A_mail_that_waits_lets_the_others_pass_and_goes_when_the_server_takes_it()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        foreach (var name in (string[])["once-busy", "once-later", "grace"])
        {
            await host.AddAsync(host.Invitation($"{name}@acme.example"), Cancellation);
            host.Time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(1, await host.SendAsync(Cancellation));
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, await host.SendAsync(Cancellation));

        Assert.Equal(
            ["grace@acme.example", "once-busy@acme.example", "once-later@acme.example"],
            (await server.MessagesAsync()).Select(message => message.To), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("550 5.7.1 who are you")]
    [InlineData("451 4.3.0 not now")]
    [InlineData("421 4.3.0 I am tired")]
    public async Task A_server_that_takes_no_sender_of_ours_costs_no_mail_anything(string answer)
    {
        await using var server = await MailServer.StartAsync("--sender", answer);
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation(), Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);

        Assert.Equal(0, await host.SendAsync(Cancellation));
        Assert.All(
            await host.RowsAsync(Cancellation), row => Assert.Equal((0, UnixTime.Unset, null), (row.Tries, row.NextTryAt, row.SetAsideAt)));
        var told = Assert.Single(host.Lines).Text;
        Assert.Contains($"Reply code {answer[..3]}. The mails wait; next try in 10 s", told, StringComparison.Ordinal);
        Assert.Equal(answer[0] is '5', told.Contains("Smtp:From", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_after_the_time_out_and_tried_again()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("once-silent@acme.example"), Cancellation);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await host.AddAsync(host.Invitation(), Cancellation);

        var sending = host.SendAsync(Cancellation);
        await server.HasFallenSilentAsync();
        Assert.False(sending.IsCompleted);
        host.Time.Advance(host.Limits.MessageTime);
        Assert.Equal(0, await sending);

        Assert.Contains("it did not answer in time", Assert.Single(host.Lines).Text, StringComparison.Ordinal);
        Assert.Equal([1, 0], (await host.RowsAsync(Cancellation)).Select(row => row.Tries));
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, await host.SendAsync(Cancellation));
        Assert.Equal(
            ["once-silent@acme.example", "grace@acme.example"],
            (await server.MessagesAsync()).Select(message => message.To),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task No_lock_of_the_database_is_held_while_the_server_keeps_us_waiting()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("once-silent@acme.example"), Cancellation);
        var open = new OpenTransactions();

        var sending = host.SendAsync(Cancellation, null, open);
        await server.HasFallenSilentAsync();
        Assert.Equal(0, open.Count);
        await host.AddAsync(host.Invitation(), Cancellation);

        host.Time.Advance(host.Limits.MessageTime);
        await sending;
        Assert.Equal(2, (await host.RowsAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task A_server_that_never_greets_is_left_after_its_time_out()
    {
        using var mute = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        mute.Start();
        var port = ((System.Net.IPEndPoint)mute.LocalEndpoint).Port;
        await using var host =
            await MailTestHost.OpenAsync(
                Cancellation, smtp: new SmtpOptions("127.0.0.1", port, SmtpSecurity.StartTls, null, null, null, "sso.acme.example"));
        await host.AddAsync(host.Invitation(), Cancellation);

        var sending = host.SendAsync(Cancellation);
        using var accepted = await mute.AcceptTcpClientAsync(Cancellation);
        host.Time.Advance(TimeSpan.FromSeconds(host.Limits.ConnectSeconds));

        Assert.Equal(0, await sending);
        Assert.Contains("it did not answer in time", Assert.Single(host.Lines).Text, StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single(await host.RowsAsync(Cancellation)).Tries);
    }

    [Fact]
    public async Task A_mail_that_always_breaks_the_connection_does_not_keep_the_others_from_going()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("cut@acme.example"), Cancellation);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AddAsync(host.Invitation(), Cancellation);

        for (var minute = 0; minute < 60 && (await server.MessagesAsync()).Count == 0; minute++)
        {
            await host.SendAsync(Cancellation);
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("grace@acme.example", Assert.Single(await server.MessagesAsync()).To);
        Assert.Single(await host.RowsAsync(Cancellation));
        Assert.Contains(host.Lines, line => line.Text.Contains("it ended the connection", StringComparison.Ordinal));
    }

    private static int Calls(MailTestHost host) =>
        host.Lines.Count(line => line.Text.Contains("nobody answers at Smtp:Host", StringComparison.Ordinal));
}
