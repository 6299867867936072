namespace TwoFactor.Mail.Sending;

using System.Globalization;
using MimeKit;

/// <summary>Used without a mail server: each message becomes a file in <c>outbox</c> of the data directory.</summary>
/// <remarks>A message that is written again after a kill replaces the same file.</remarks>
internal sealed class PickupFolderTransport(PickupFolder folder, ILogger<OutboxSender> logger) : MailTransport
{
    public override bool IsRemote => false;

    public override int MessagesPerRound => int.MaxValue;

    /// <summary>Writing a file takes a moment. If it takes longer than this, another process may write the same file.</summary>
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
