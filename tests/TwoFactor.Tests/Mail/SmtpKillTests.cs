namespace TwoFactor.Tests.Mail;

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TwoFactor.Mail.Sending;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A process that ends between the server's yes and its own note: the mail goes twice, and says so by its Message-ID. Nothing else
/// makes it go twice.
/// </summary>
[Slow]
public sealed class SmtpKillTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_between_the_yes_and_the_note_the_same_mail_goes_again_under_the_same_Message_ID()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation(), Cancellation);

        await Assert.ThrowsAsync<TimeoutException>(() => host.SendAsync(Cancellation, null, new NoErasing()));
        host.Restart();

        Assert.Single(await server.MessagesAsync());
        host.Time.Advance(host.Limits.ClaimTime - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await host.SendAsync(Cancellation));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await host.SendAsync(Cancellation));

        var messages = await server.MessagesAsync();
        Assert.Equal(2, messages.Count);
        Assert.Equal(messages[0].Message.MessageId, messages[1].Message.MessageId);
        Assert.Equal(
            messages[0].Message.ToString(),
            messages[1].Message.ToString().Replace("X-Connection: 2", "X-Connection: 1", StringComparison.Ordinal));
        Assert.Empty(await host.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task A_note_that_failed_is_made_up_for_and_the_mail_does_not_go_again()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation(), Cancellation);

        await Assert.ThrowsAsync<TimeoutException>(() => host.SendAsync(Cancellation, null, new NoErasing()));
        host.Time.Advance(host.Limits.ClaimTime);
        Assert.Equal(1, await host.SendAsync(Cancellation));

        Assert.Single(await server.MessagesAsync());
        Assert.Empty(await host.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task Killed_before_the_yes_the_mail_goes_once_when_the_claim_has_ended()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("once-silent@acme.example"), Cancellation);

        // The first process hangs; a second one looks meanwhile, and again after the first must have ended.
        var hanging = host.SendAsync(Cancellation);
        await server.HasFallenSilentAsync();
        Assert.Equal(0, await host.SendAsync(Cancellation));
        host.Time.Advance(host.Limits.MessageTime);
        Assert.Equal(0, await hanging);
        host.Restart();
        host.Time.Advance(host.Limits.ClaimTime - host.Limits.MessageTime);
        Assert.Equal(1, await host.SendAsync(Cancellation));

        Assert.Single(await server.MessagesAsync());
    }

    [Fact]
    public async Task A_stop_of_the_program_waits_for_the_yes_of_the_mail_under_way()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation(), Cancellation);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        await host.AddAsync(host.Invitation("second@acme.example"), Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.SendAsync(stop.Token, null, new StopAfterClaim(stop)));

        Assert.Equal("grace@acme.example", Assert.Single(await server.MessagesAsync()).To);
        Assert.Equal(0, Assert.Single(await host.RowsAsync(Cancellation)).Tries);
    }

    [Fact]
    public async Task A_stop_leaves_a_mail_that_gets_no_answer_after_a_moment()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        await host.AddAsync(host.Invitation("silent@acme.example"), Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var sending = host.SendAsync(stop.Token);
        await server.HasFallenSilentAsync();
        await stop.CancelAsync();
        Assert.False(sending.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, await sending);
        Assert.Equal(1, Assert.Single(await host.RowsAsync(Cancellation)).Tries);
    }

    /// <summary>The program is told to stop right after a mail was claimed.</summary>
    private sealed class StopAfterClaim(CancellationTokenSource stop) : DbCommandInterceptor
    {
        public override async ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("UPDATE", StringComparison.Ordinal))
            {
                await stop.CancelAsync();
            }

            return result;
        }
    }
}
