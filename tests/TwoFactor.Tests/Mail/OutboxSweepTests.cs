namespace TwoFactor.Tests.Mail;

using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// The outbox is bounded: mails are given up, what was set aside and what lies in the folder is erased, each in its time.
/// </summary>
public sealed class OutboxSweepTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Slow]
    public async Task A_mail_that_cannot_be_sent_for_four_days_is_given_up_audited_and_later_erased()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await MailTestHost.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        var message = host.Invitation();
        await host.AddAsync(message, Cancellation);
        host.Time.Advance(TimeSpan.FromDays(4));
        await host.AddAsync(host.Invitation("young@acme.example"), Cancellation);

        // Who reads it in its last moment may send it still, so that for as long as a claim lasts it is nobody's to give up.
        Assert.Equal(1, await host.SendAsync(Cancellation));
        await host.SweepAsync(Cancellation);
        Assert.Null(Assert.Single(await host.RowsAsync(Cancellation)).SetAsideAt);
        host.Time.Advance(host.Limits.ClaimTime);
        await host.SweepAsync(Cancellation);
        await host.SweepAsync(Cancellation);

        Assert.Equal("young@acme.example", Assert.Single(await server.MessagesAsync()).To);
        Assert.Equal(DeliveryKind.GivenUp, Assert.Single(await host.RowsAsync(Cancellation)).LastKind);
        Assert.Equal((message.Account, (long?)DeliveryKind.GivenUp), Assert.Single(await host.SetAsideAsync(Cancellation)));
        Assert.Single(host.Lines, line => line.Text.Contains("set aside. Reason 3", StringComparison.Ordinal));
        host.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        await host.SweepAsync(Cancellation);
        Assert.Single(await host.RowsAsync(Cancellation));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.SweepAsync(Cancellation);
        Assert.Empty(await host.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task Files_are_deleted_after_seven_days_and_nothing_else_is()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        await host.SendAsync(Cancellation);
        var message = Assert.Single(host.Files());
        var foreign = Path.Combine(Path.GetDirectoryName(message)!, "notes.txt");
        var unfinished = DataDirectory.UnfinishedName(message);
        await File.WriteAllTextAsync(foreign, "An operator's own.", Cancellation);
        await File.WriteAllTextAsync(unfinished, "What a kill left.", Cancellation);
        foreach (var file in host.Files())
        {
            File.SetLastWriteTimeUtc(file, host.Time.GetUtcNow().UtcDateTime);
        }

        host.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await host.SweepAsync(Cancellation);
        Assert.Equal(3, host.Files().Length);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.SweepAsync(Cancellation);

        Assert.Equal([foreign], host.Files());
    }

    [Fact]
    public async Task Without_an_outbox_folder_there_is_nothing_to_sweep()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);

        await host.SweepAsync(Cancellation);

        Assert.Empty(host.Files());
    }
}
