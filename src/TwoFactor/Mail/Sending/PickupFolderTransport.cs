namespace TwoFactor.Mail.Sending;

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using TwoFactor.Storage;

/// <summary>Without a mail server: each letter becomes a file in <c>outbox</c> of the data directory.</summary>
internal sealed class PickupFolderTransport(TwoFactorDb database, DataDirectory directory, ILogger<OutboxSender> logger) : MailTransport
{
    public override bool IsRemote => false;

    public override int Most => int.MaxValue;

    private string Folder => directory.File(OutboxSender.Folder);

    public override Task<bool> OpenAsync(CancellationToken cancellation)
    {
        DataDirectory.MakeFolder(Folder);
        return Task.FromResult(true);
    }

    /// <summary>Erases the row and writes the file, in this order and in one transaction.</summary>
    /// <remarks>A kill before the commit keeps the row, and the next run writes the same file under the same name: no second letter.</remarks>
    public override async Task<DeliveryResult> HandOverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await message.WriteToAsync(bytes, cancellation);
        var created = DateTimeOffset.FromUnixTimeSeconds(row.CreatedAt).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(Folder, $"{created}-{row.Id:N}.eml");
        var isOurs = await database.InTransactionAsync(
            async () =>
            {
                if (await database.Set<OutboxMessage>().Where(message => message.Id == row.Id).ExecuteDeleteAsync(cancellation) == 0)
                {
                    return false;
                }

                await DataDirectory.WriteFileAsync(path, bytes.ToArray(), cancellation);
                return true;
            },
            cancellation);
        if (isOurs)
        {
            Mail.Log.Written(logger, row.Kind, row.Id);
        }

        return isOurs ? DeliveryResult.Done : DeliveryResult.NotNow;
    }
}
