namespace TwoFactor.Tests.Mail;

using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using MimeKit;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;
using Xunit;

public sealed class OutboxTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_database_holds_nothing_of_a_letter_in_clear()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await using var open = desk.Database();
        await open.Database.OpenConnectionAsync(Cancellation);
        var letter = desk.Invitation();
        await desk.AddAsync(letter, Cancellation);

        var bytes = await ReadAsync(desk.DatabaseFile);
        var log = await ReadAsync(desk.DatabaseFile + "-wal");

        Assert.True(Holds(log, LetterKinds.Invitation), "The search would find what is there.");
        foreach (var secret in (string[])[letter.To, letter.ToName, letter.Subject, desk.Proof.Reveal(), desk.NotMe.Reveal(), "sso.acme.example", "Was it you"])
        {
            Assert.False(Holds(bytes, secret) || Holds(log, secret), secret);
        }
    }

    [Fact]
    public async Task A_letter_becomes_a_file_that_only_the_owner_reads_and_its_row_is_erased()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var letter = desk.Invitation();
        await desk.AddAsync(letter, Cancellation);
        var row = Assert.Single(await desk.RowsAsync(Cancellation));
        desk.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(1, await desk.SendAsync(Cancellation));

        var file = Assert.Single(desk.Files());
        Assert.Equal($"20261124T100200Z-{row.Id:N}.eml", Path.GetFileName(file));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }

        using var message = await MimeMessage.LoadAsync(file, Cancellation);
        Assert.Equal("\"Acme\" <no-reply@sso.acme.example>", Assert.Single(message.From).ToString());
        Assert.Equal("\"Grace Hopper\" <grace@acme.example>", Assert.Single(message.To).ToString());
        Assert.Equal(letter.Subject, message.Subject);
        Assert.Equal($"{row.Id:N}@sso.acme.example", message.MessageId);
        Assert.Equal(Desk.Start, message.Date);
        Assert.Equal(letter.Text, message.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal(letter.Html, message.HtmlBody!.ReplaceLineEndings("\n"));
        Assert.Empty(await desk.RowsAsync(Cancellation));
        Assert.Equal(0, await desk.SendAsync(Cancellation));
    }

    [Fact]
    public async Task A_letter_of_a_story_that_did_not_commit_is_never_sent()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await using (var database = desk.Database())
        {
            await Assert.ThrowsAsync<TimeoutException>(() => database.InTransactionAsync<bool>(
                async () =>
                {
                    new Outbox(database, desk.Ring, desk.Watch, desk.Time).Add(desk.Invitation());
                    await database.SaveChangesAsync(Cancellation);
                    throw new TimeoutException();
                },
                Cancellation));
        }

        Assert.Equal(0, await desk.SendAsync(Cancellation));
        Assert.Empty(desk.Files());
    }

    [Fact]
    public async Task A_kill_between_the_file_and_the_erased_row_makes_no_second_letter()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);

        await Assert.ThrowsAsync<TimeoutException>(() => desk.SendAsync(Cancellation, null, new NoCommit()));

        var first = await File.ReadAllBytesAsync(Assert.Single(desk.Files()), Cancellation);
        Assert.Single(await desk.RowsAsync(Cancellation));
        desk.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await desk.SendAsync(Cancellation));
        Assert.Equal(first, await File.ReadAllBytesAsync(Assert.Single(desk.Files()), Cancellation));
        Assert.Empty(await desk.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task Two_senders_at_once_write_every_letter_once_and_whole()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        for (var number = 0; number < 20; number++)
        {
            await desk.AddAsync(desk.Invitation(), Cancellation);
        }

        var sent = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => desk.SendAsync(Cancellation), Cancellation)));

        Assert.Equal(20, sent.Sum());
        Assert.Equal(20, desk.Files().Length);
        foreach (var file in desk.Files())
        {
            using var message = await MimeMessage.LoadAsync(file, Cancellation);
            Assert.EndsWith("</html>", message.HtmlBody!.TrimEnd(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Letters_go_out_oldest_first_also_within_one_second()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        for (var number = 0; number < 6; number++)
        {
            await desk.AddAsync(desk.Invitation($"grace{number}@acme.example"), Cancellation);
            desk.Time.Advance(TimeSpan.FromMilliseconds(300));
        }

        await desk.SendAsync(Cancellation);

        var order = new List<string>();
        foreach (var line in desk.Lines)
        {
            var file = desk.Files().Single(file => line.Text.Contains(Guid.ParseExact(Path.GetFileNameWithoutExtension(file)[17..], "N").ToString(), StringComparison.Ordinal));
            using var message = await MimeMessage.LoadAsync(file, Cancellation);
            order.Add(message.To.Mailboxes.Single().Address);
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(number => $"grace{number}@acme.example"), order, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_ciphertext_that_was_moved_to_another_row_is_set_aside_told_once_and_stops_nothing()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.AddAsync(desk.Invitation("third@acme.example"), Cancellation);
        await using (var database = desk.Database())
        {
            var rows = await desk.RowsAsync(Cancellation);
            await database.Set<OutboxMessage>().Where(row => row.Id == rows[0].Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Ciphertext, rows[1].Ciphertext), Cancellation);
            await database.Set<OutboxMessage>().Where(row => row.Id == rows[1].Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, Guid.NewGuid()), Cancellation);
        }

        Assert.Equal(1, await desk.SendAsync(Cancellation));
        Assert.Equal(0, await desk.SendAsync(Cancellation));

        Assert.Equal(2, (await desk.RowsAsync(Cancellation)).Count(row => row.SetAsideAt is not null));
        Assert.Equal(2, desk.Lines.Count(line => line.Level == LogLevel.Error));
        using var message = await MimeMessage.LoadAsync(Assert.Single(desk.Files()), Cancellation);
        Assert.Equal("third@acme.example", message.To.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task While_the_ring_lacks_the_key_letters_wait()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await desk.AddAsync(desk.Invitation(), Cancellation);

        Assert.Equal(0, await desk.SendAsync(Cancellation, new RingWatch(desk.Ring, desk.Time)));

        Assert.Null(Assert.Single(await desk.RowsAsync(Cancellation)).SetAsideAt);
        Assert.Empty(desk.Files());
        Assert.Equal(1, await desk.SendAsync(Cancellation));
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Cancellation);
        return bytes.ToArray();
    }

    private static bool Holds(byte[] bytes, string text) =>
        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0 || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(text)) >= 0;

    /// <summary>The process ends where it would have committed.</summary>
    private sealed class NoCommit : DbTransactionInterceptor
    {
        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            throw new TimeoutException();
    }
}
