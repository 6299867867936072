namespace TwoFactor.Mail;

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>A message that waits to be sent. Recipient and text are stored in the ciphertext only.</summary>
public sealed class OutboxMessage
{
    public required Guid Id { get; init; }

    /// <summary>The name of one of <see cref="MailKinds.All"/>.</summary>
    public required string Kind { get; init; }

    public required Guid AccountId { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }

    public required UnixTime CreatedAt { get; init; }

    /// <summary>How often sending was tried, including a try under way.</summary>
    public int Tries { get; init; }

    /// <summary>When it is due; unset for at once. While it is being sent: until when the sender has claimed it.</summary>
    public UnixTime NextTryAt { get; init; }

    /// <summary>When it was found to be undeliverable; null while it waits.</summary>
    public UnixTime? SetAsideAt { get; init; }

    /// <summary>The result of its last try, or why it was set aside; null when it was not tried yet, or is being tried just now.</summary>
    public DeliveryKind? LastKind { get; init; }

    /// <summary>The mail server's reply code in that result; null when there was none.</summary>
    public int? LastReply { get; init; }

    /// <summary>When somebody last asked to try it again. The time after which it is given up counts from then.</summary>
    public UnixTime? RetriedAt { get; init; }

    internal DeliveryResult? LastResult => LastKind is { } kind ? new DeliveryResult(kind, LastReply) : null;
}

internal sealed class OutboxMessageMapping : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.Property(message => message.Id).ValueGeneratedNever();
        builder.Property(message => message.Kind).HasMaxLength(32);
        builder.HasOne<KeyCanary>().WithMany().HasForeignKey(message => message.KeyId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(message => new { message.SetAsideAt, message.CreatedAt, message.Id });
    }
}

/// <summary>The content of the ciphertext of an <see cref="OutboxMessage"/>.</summary>
internal sealed record OutboxContent(string To, string ToName, string Subject, string Text, string Html)
{
    public override string ToString() => "(hidden)";
}

/// <summary>Takes the messages of a story: they are sent if, and only if, the story commits.</summary>
public sealed class Outbox(SecretsRing ring, KeyRingHealth health)
{
    private const string Purpose = "TwoFactor.Outbox";

    /// <summary>
    /// Adds one mail, as one copy for each address, to the caller's story. If it is a notice, its subject is added to the account's notices
    /// once.
    /// </summary>
    public void Add(Work work, params IReadOnlyList<MailMessage> copies)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(copies);
        for (var copy = 0; copy < copies.Count; copy++)
        {
            Add(work, copies[copy], notice: copy == 0);
        }
    }

    /// <summary>
    /// Does the work of <see cref="Add(Work, IReadOnlyList{MailMessage})"/> and sends nothing, so that both take the same time. The row is
    /// written and, before the caller's story commits, erased again.
    /// </summary>
    public async Task PretendAsync(Work work, MailMessage message)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(message);
        var row = Protect(work, message);
        work.Add(row);
        await work.SaveAsync();
        work.Rows.Remove(row);
    }

    /// <summary>Decrypts a message. This fails when its row is not the one that was written.</summary>
    internal Unprotected Open(OutboxMessage row) =>
        ring.Unprotect(new ProtectedPayload(row.Ciphertext, row.KeyId), health.Current.Readable, Purpose, Row(row.Id, row.AccountId));

    /// <summary>Binds the ciphertext to its row and account: moved to another one, it cannot be decrypted.</summary>
    private static string[] Row(Guid id, Guid account) => [id.ToString("N"), account.ToString("N")];

    private void Add(Work work, MailMessage message, bool notice)
    {
        var row = Protect(work, message);
        work.Add(row);
        if (notice && message.Kind.IsNotice)
        {
            work.Add(new Notice
            {
                Id = row.Id,
                AccountId = message.Account,
                Kind = message.Kind.Name,
                Text = message.Subject,
                At = row.CreatedAt
            });
        }
    }

    private OutboxMessage Protect(Work work, MailMessage message)
    {
        health.RequireConsistent();

        // Version 7 keeps the order of messages within a second. An id is no secret.
        var id = Guid.CreateVersion7(work.Moment);
        var content = new OutboxContent(message.To, message.ToName, message.Subject, message.Text, message.Html);
        var (ciphertext, key) = ring.Protect(JsonSerializer.SerializeToUtf8Bytes(content), Purpose, Row(id, message.Account));
        return new OutboxMessage
        {
            Id = id,
            Kind = message.Kind.Name,
            AccountId = message.Account,
            Ciphertext = ciphertext,
            KeyId = key,
            CreatedAt = work.Now,
        };
    }
}
