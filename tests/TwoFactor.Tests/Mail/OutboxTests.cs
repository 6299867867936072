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
using TwoFactor.Tests.Harness;
using Xunit;

public sealed class OutboxTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_database_holds_nothing_of_a_mail_in_clear()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await using var open = host.Database();
        await open.Database.OpenConnectionAsync(Cancellation);
        var message = host.Invitation();
        await host.AddAsync(message, Cancellation);

        var bytes = await ReadAsync(host.DatabaseFile);
        var log = await ReadAsync(host.DatabaseFile + "-wal");

        Assert.True(Holds(log, MailKinds.Invitation.Name), "The search would find what is there.");
        foreach (var secret in (string[])
        [
            message.To, message.ToName, message.Subject, host.Proof.Reveal(), host.NotMe.Reveal(), "sso.acme.example", "Was it you"
        ])
        {
            Assert.False(Holds(bytes, secret) || Holds(log, secret), secret);
        }
    }

    [Fact]
    public async Task A_mail_becomes_a_file_that_only_the_owner_reads_and_its_row_is_erased()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        var message = host.Invitation();
        await host.AddAsync(message, Cancellation);
        var row = Assert.Single(await host.RowsAsync(Cancellation));
        host.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(1, await host.SendAsync(Cancellation));

        var file = Assert.Single(host.Files());
        Assert.Equal($"20261124T100200Z-{row.Id:N}.eml", Path.GetFileName(file));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }

        using var sent = await MimeMessage.LoadAsync(file, Cancellation);
        Assert.Equal("\"Acme\" <no-reply@sso.acme.example>", Assert.Single(sent.From).ToString());
        Assert.Equal("\"Grace Hopper\" <grace@acme.example>", Assert.Single(sent.To).ToString());
        Assert.Equal(message.Subject, sent.Subject);
        Assert.Equal($"{row.Id:N}@sso.acme.example", sent.MessageId);
        Assert.Equal(MailTestHost.Start, sent.Date);
        Assert.Equal(message.Text, sent.TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal(message.Html, sent.HtmlBody!.ReplaceLineEndings("\n"));
        Assert.Empty(await host.RowsAsync(Cancellation));
        Assert.Equal(0, await host.SendAsync(Cancellation));
    }

    [Fact]
    public async Task A_mail_of_a_story_that_did_not_commit_is_never_sent()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await using (var database = host.Database())
        {
            await Assert.ThrowsAsync<TimeoutException>(() => database.InStoryAsync<bool>(
                async work =>
                {
                    new Outbox(host.Ring, host.Watch).Add(work, host.Invitation());
                    await work.SaveAsync();
                    throw new TimeoutException();
                },
                Cancellation));
        }

        Assert.Equal(0, await host.SendAsync(Cancellation));
        Assert.Empty(host.Files());
    }

    [Fact]
    public async Task A_kill_between_the_file_and_the_erased_row_makes_no_second_mail()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);

        await Assert.ThrowsAsync<TimeoutException>(() => host.SendAsync(Cancellation, null, new NoErasing()));
        host.Restart();

        var first = await File.ReadAllBytesAsync(Assert.Single(host.Files()), Cancellation);
        Assert.Single(await host.RowsAsync(Cancellation));
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await host.SendAsync(Cancellation));
        Assert.Equal(first, await File.ReadAllBytesAsync(Assert.Single(host.Files()), Cancellation));
        Assert.Empty(await host.RowsAsync(Cancellation));
    }

    [Fact]
    public async Task Two_senders_at_once_write_every_mail_once_and_whole()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        for (var number = 0; number < 20; number++)
        {
            await host.AddAsync(host.Invitation(), Cancellation);
        }

        var sent = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => host.SendAsync(Cancellation), Cancellation)));

        Assert.Equal(20, sent.Sum());
        Assert.Equal(20, host.Files().Length);
        foreach (var file in host.Files())
        {
            using var message = await MimeMessage.LoadAsync(file, Cancellation);
            Assert.EndsWith("</html>", message.HtmlBody!.TrimEnd(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Letters_go_out_oldest_first_also_within_one_second()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        for (var number = 0; number < 6; number++)
        {
            await host.AddAsync(host.Invitation($"grace{number}@acme.example"), Cancellation);
            host.Time.Advance(TimeSpan.FromMilliseconds(300));
        }

        await host.SendAsync(Cancellation);

        var order = new List<string>();
        foreach (var line in host.Lines)
        {
            var file = host.Files().Single(file => line.Text.Contains(
                Guid.ParseExact(Path.GetFileNameWithoutExtension(file)[17..], "N").ToString(), StringComparison.Ordinal));
            using var message = await MimeMessage.LoadAsync(file, Cancellation);
            order.Add(message.To.Mailboxes.Single().Address);
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(number => $"grace{number}@acme.example"), order, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_ciphertext_that_was_moved_to_another_row_is_set_aside_told_once_and_stops_nothing()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await host.AddAsync(host.Invitation("third@acme.example"), Cancellation);
        await using (var database = host.Database())
        {
            var rows = await host.RowsAsync(Cancellation);
            await database.Set<OutboxMessage>().Where(row => row.Id == rows[0].Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Ciphertext, rows[1].Ciphertext), Cancellation);
            await database.Set<OutboxMessage>().Where(row => row.Id == rows[1].Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.AccountId, Guid.NewGuid()), Cancellation);
        }

        Assert.Equal(1, await host.SendAsync(Cancellation));
        Assert.Equal(0, await host.SendAsync(Cancellation));

        Assert.Equal(2, (await host.RowsAsync(Cancellation)).Count(row => row.SetAsideAt is not null));
        Assert.Equal(2, host.Lines.Count(line => line.Level == LogLevel.Error));
        using var message = await MimeMessage.LoadAsync(Assert.Single(host.Files()), Cancellation);
        Assert.Equal("third@acme.example", message.To.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task While_the_ring_lacks_the_key_mails_wait()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);

        var away = host.Ring.Directory + "-away";
        Directory.Move(host.Ring.Directory, away);

        Assert.Equal(0, await host.SendAsync(Cancellation, new KeyRingHealth(host.Ring)));

        Assert.Null(Assert.Single(await host.RowsAsync(Cancellation)).SetAsideAt);
        Assert.Empty(host.Files());
        Directory.Move(away, host.Ring.Directory);
        Assert.Equal(1, await host.SendAsync(Cancellation));
    }

    [Fact]
    public async Task No_mail_leaves_inside_a_story()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        var row = Assert.Single(await host.RowsAsync(Cancellation));
        using var message = new MimeMessage();
        await using var database = host.Database();

        await database.InStoryAsync(
            async () =>
            {
                await Assert.ThrowsAsync<InvalidOperationException>(() => host.Transport().OpenAsync(Cancellation));
                await Assert.ThrowsAsync<InvalidOperationException>(() => host.Transport().SendAsync(row, message, Cancellation));
                return true;
            },
            Cancellation);

        Assert.Empty(host.Files());
    }

    [Fact]
    public async Task A_mail_whose_file_cannot_be_written_waits_and_goes_at_once_when_it_can()
    {
        await using var host = await MailTestHost.OpenAsync(Cancellation);
        await host.AddAsync(host.Invitation(), Cancellation);
        var row = Assert.Single(await host.RowsAsync(Cancellation));
        var inTheWay = Path.Combine(host.Folder.Path, $"20261124T100200Z-{row.Id:N}.eml");
        Directory.CreateDirectory(inTheWay);

        await Assert.ThrowsAnyAsync<SystemException>(() => host.SendAsync(Cancellation));
        var waits = Assert.Single(await host.RowsAsync(Cancellation));
        Assert.Equal((0, UnixTime.Unset, null), (waits.Tries, waits.NextTryAt, waits.LastKind));
        Directory.Delete(inTheWay);

        Assert.Equal(1, await host.SendAsync(Cancellation));
        Assert.Empty(await host.RowsAsync(Cancellation));
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
}
