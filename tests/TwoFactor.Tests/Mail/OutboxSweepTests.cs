namespace TwoFactor.Tests.Mail;

using TwoFactor.Mail;
using Xunit;

/// <summary>The outbox is bounded: letters are given up, what was set aside and what lies in the folder is erased, each in its time.</summary>
public sealed class OutboxSweepTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_that_cannot_be_sent_for_four_days_is_given_up_audited_and_later_erased()
    {
        await using var server = await MailServer.StartAsync();
        await using var desk = await Desk.OpenAsync(Cancellation, smtp: server.Options(SmtpSecurity.None));
        var letter = desk.Invitation();
        await desk.AddAsync(letter, Cancellation);
        desk.Time.Advance(TimeSpan.FromDays(4));
        await desk.AddAsync(desk.Invitation("young@acme.example"), Cancellation);

        // Who reads it in its last moment may send it still, so that for as long as a claim lasts it is nobody's to give up.
        Assert.Equal(1, await desk.SendAsync(Cancellation));
        await desk.SweepAsync(Cancellation);
        Assert.Null(Assert.Single(await desk.RowsAsync(Cancellation)).SetAsideAt);
        desk.Time.Advance(TimeSpan.FromSeconds(desk.Limits.ClaimSeconds));
        await desk.SweepAsync(Cancellation);
        await desk.SweepAsync(Cancellation);

        Assert.Equal("young@acme.example", Assert.Single(await server.LettersAsync()).To);
        Assert.Equal(SetAsideReasons.GivenUp, Assert.Single(await desk.RowsAsync(Cancellation)).SetAsideReason);
        Assert.Equal((letter.Account, (long?)SetAsideReasons.GivenUp), Assert.Single(await desk.SetAsideAsync(Cancellation)));
        Assert.Single(desk.Lines, line => line.Text.Contains("set aside. Reason 3", StringComparison.Ordinal));
        desk.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        await desk.SweepAsync(Cancellation);
        Assert.Single(await desk.RowsAsync(Cancellation));
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.SweepAsync(Cancellation);
        Assert.Empty(await desk.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task Files_are_deleted_after_seven_days_and_nothing_else_is()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);
        await desk.SendAsync(Cancellation);
        var letter = Assert.Single(desk.Files());
        var foreign = Path.Combine(Path.GetDirectoryName(letter)!, "notes.txt");
        var unfinished = letter + ".part";
        await File.WriteAllTextAsync(foreign, "An operator's own.", Cancellation);
        await File.WriteAllTextAsync(unfinished, "What a kill left.", Cancellation);
        foreach (var file in desk.Files())
        {
            File.SetLastWriteTimeUtc(file, desk.Time.GetUtcNow().UtcDateTime);
        }

        desk.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await desk.SweepAsync(Cancellation);
        Assert.Equal(3, desk.Files().Length);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.SweepAsync(Cancellation);

        Assert.Equal([foreign], desk.Files());
    }

    [Fact]
    public async Task Without_an_outbox_folder_there_is_nothing_to_sweep()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);

        await desk.SweepAsync(Cancellation);

        Assert.Empty(desk.Files());
    }
}
