namespace TwoFactor.Mail.Sending;

using MimeKit;
using TwoFactor.Storage;

/// <summary>One way for mails to leave: as files, or to a mail server. It knows no row, and is never used inside a story.</summary>
public abstract class MailTransport
{
    /// <summary>Whether somebody else is waited for.</summary>
    public abstract bool IsRemote { get; }

    /// <summary>How many mails a round takes.</summary>
    public abstract int Most { get; }

    /// <summary>After it, whoever has claimed a mail must have ended with it.</summary>
    public abstract TimeSpan ClaimTime { get; }

    /// <summary>Gets ready, before the first mail of a round.</summary>
    /// <returns>Null: it is ready. Else why no mail can leave now.</returns>
    public Task<DeliveryResult?> OpenAsync(CancellationToken cancellation)
    {
        RefuseInStory();
        return ConnectAsync(cancellation);
    }

    /// <summary>Hands one mail over.</summary>
    /// <param name="message">The same bytes each time it is composed.</param>
    /// <exception cref="IOException">It did not leave.</exception>
    public Task<DeliveryResult> SendAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(message);
        RefuseInStory();
        return HandOverAsync(row, message, cancellation);
    }

    /// <summary>Ends the round.</summary>
    public virtual Task CloseAsync() => Task.CompletedTask;

    protected abstract Task<DeliveryResult?> ConnectAsync(CancellationToken cancellation);

    protected abstract Task<DeliveryResult> HandOverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation);

    private static void RefuseInStory()
    {
        if (Work.IsInside)
        {
            throw new InvalidOperationException("No message leaves inside a story: it may be rolled back, or run again.");
        }
    }
}
