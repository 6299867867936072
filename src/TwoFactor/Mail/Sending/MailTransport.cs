namespace TwoFactor.Mail.Sending;

using MimeKit;
using TwoFactor.Storage;

/// <summary>A way to send messages: as files, or to a mail server. It writes no row, and is never used inside a story.</summary>
public abstract class MailTransport
{
    /// <summary>Whether sending waits for another machine.</summary>
    public abstract bool IsRemote { get; }

    /// <summary>The most messages that one round sends.</summary>
    public abstract int MessagesPerRound { get; }

    /// <summary>How long the claim of a message lasts. By then its sender must have ended the try.</summary>
    public abstract TimeSpan ClaimTime { get; }

    /// <summary>Gets ready to send. Called before each message; it keeps a connection that is open already.</summary>
    /// <returns>Null when it is ready; otherwise why no message can be sent now.</returns>
    public Task<DeliveryResult?> OpenAsync(CancellationToken cancellation)
    {
        RefuseInStory();
        return ConnectAsync(cancellation);
    }

    /// <summary>Sends one message.</summary>
    /// <param name="message">The same bytes each time it is composed.</param>
    /// <exception cref="IOException">The message was not sent.</exception>
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
            throw new InvalidOperationException("A message cannot be sent inside a story, which may be rolled back or run again.");
        }
    }
}
