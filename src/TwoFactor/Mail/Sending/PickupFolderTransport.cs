namespace TwoFactor.Mail.Sending;

using System.Globalization;
using MimeKit;

/// <summary>Without a mail server: each mail becomes a file in <c>outbox</c> of the data directory.</summary>
/// <remarks>A mail that is written a second time, after a kill, becomes the same file under the same name.</remarks>
internal sealed class PickupFolderTransport(PickupFolder folder, ILogger<OutboxSender> logger) : MailTransport
{
    public override bool IsRemote => false;

    public override int Most => int.MaxValue;

    /// <summary>A file is written in a moment. Where that takes longer, another process writes the same file.</summary>
    public override TimeSpan ClaimTime => TimeSpan.FromSeconds(10);

    protected override Task<DeliveryResult?> ConnectAsync(CancellationToken cancellation)
    {
        folder.Make();
        return Task.FromResult<DeliveryResult?>(null);
    }

    protected override async Task<DeliveryResult> HandOverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        using var bytes = new MemoryStream();
        await message.WriteToAsync(bytes, cancellation);
        var created = row.CreatedAt.ToDateTimeOffset().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        await folder.WriteAsync($"{created}-{row.Id:N}.eml", bytes.ToArray(), cancellation);
        Mail.Log.Written(logger, row.Kind, row.Id);
        return DeliveryResult.Delivered;
    }
}
