namespace TwoFactor.Mail.Sending;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>Keeps the outbox bounded: letters that could not be sent for too long are given up, and what was set aside or written to files is erased in its time.</summary>
public sealed class OutboxSweep(TwoFactorDb database, Undeliverable undeliverable, DataDirectory directory, MailLimits limits, TimeProvider time)
{
    private const int Batch = 200;

    /// <summary>Files that we write, finished or not.</summary>
    private static readonly string[] Ours = ["*.eml", "*.eml.part"];

    public async Task SweepAsync(CancellationToken cancellation)
    {
        await GiveUpAsync(cancellation);
        var oldest = DaysAgo(limits.SetAsideDays).ToUnixTimeSeconds();
        await database.Set<OutboxMessage>().Where(message => message.SetAsideAt <= oldest).ExecuteDeleteAsync(cancellation);
        EraseFiles();
    }

    /// <remarks>The sender claims no letter of that age, and a claim from before has ended: none that is given up is on its way.</remarks>
    private async Task GiveUpAsync(CancellationToken cancellation)
    {
        var oldest = DaysAgo(limits.GiveUpDays).ToUnixTimeSeconds() - limits.ClaimSeconds;
        var old = await database.Set<OutboxMessage>().AsNoTracking()
            .Where(message => message.SetAsideAt == null && (message.RetriedAt ?? message.CreatedAt) <= oldest)
            .OrderBy(message => message.CreatedAt).ThenBy(message => message.Id)
            .Take(Batch)
            .ToListAsync(cancellation);
        foreach (var row in old)
        {
            await undeliverable.PutAsync(row, UndeliverableReasons.GivenUp, cancellation);
        }
    }

    private void EraseFiles()
    {
        var folder = directory.File(OutboxSender.Folder);
        if (!Directory.Exists(folder))
        {
            return;
        }

        var oldest = DaysAgo(limits.FileDays).UtcDateTime;
        foreach (var file in Ours.SelectMany(name => Directory.EnumerateFiles(folder, name)).Where(file => File.GetLastWriteTimeUtc(file) <= oldest))
        {
            File.Delete(file);
        }
    }

    private DateTimeOffset DaysAgo(int days) => time.GetUtcNow().AddDays(-days);
}
