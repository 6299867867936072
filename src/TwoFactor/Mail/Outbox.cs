namespace TwoFactor.Mail;

using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Keys;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>A mail that waits to be sent. Whom it is for and what it says stand in the ciphertext only.</summary>
public sealed class OutboxMessage
{
    public required Guid Id { get; init; }

    /// <summary>The name of one of <see cref="MailKinds.All"/>.</summary>
    public required string Kind { get; init; }

    public required Guid AccountId { get; init; }

    public required byte[] Ciphertext { get; init; }

    public required Guid KeyId { get; init; }

    public required UnixTime CreatedAt { get; init; }

    /// <summary>How often a mail server was tried with it, the try under way included.</summary>
    public int Tries { get; init; }

    /// <summary>Until then it waits, or is somebody's who sends it just now. Never set: at once.</summary>
    public UnixTime NextTryAt { get; init; }

    /// <summary>When it was found that nobody can send it. Null: it waits.</summary>
    public UnixTime? SetAsideAt { get; init; }

    /// <summary>What came of its last try, or why it was set aside. Null: it was not tried, or is being tried just now.</summary>
    public DeliveryKind? LastKind { get; init; }

    /// <summary>The mail server's reply code of then, where it said one.</summary>
    public int? LastReply { get; init; }

    /// <summary>When somebody last asked to try it again: its time to be given up counts from then.</summary>
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

/// <summary>What stands in the ciphertext of an <see cref="OutboxMessage"/>.</summary>
internal sealed record OutboxContent(string To, string ToName, string Subject, string Text, string Html)
{
    public override string ToString() => "(hidden)";
}

/// <summary>Where a story leaves its mails: they are sent if, and only if, it commits.</summary>
public sealed class Outbox(SecretsRing ring, KeyRingHealth health)
{
    private const string Purpose = "TwoFactor.Outbox";

    /// <summary>Adds one mail in its copies to the caller's story, and its fact to the account's notices, once.</summary>
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
    /// The work of a mail, for nobody: its row is written and, before the caller's story commits, erased again.
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

    /// <summary>What a mail says, if its row is the one that was written.</summary>
    internal Unprotected Open(OutboxMessage row) =>
        ring.Unprotect(new ProtectedPayload(row.Ciphertext, row.KeyId), health.Current.Readable, Purpose, Row(row.Id, row.AccountId));

    /// <summary>What the ciphertext is bound to: moved to another row or account it does not open.</summary>
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

        // Version 7 keeps the order of mails of one second; an id is no secret.
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
