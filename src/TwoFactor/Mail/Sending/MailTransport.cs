namespace TwoFactor.Mail.Sending;

using MimeKit;

/// <summary>What came of handing one letter over.</summary>
public enum DeliveryResult
{
    /// <summary>It left, and its row is erased.</summary>
    Done,

    /// <summary>Another process has it, it was set aside, or it waits for its next try.</summary>
    NotNow,

    /// <summary>No letter can leave now.</summary>
    Stop,
}

/// <summary>One round of letters that leave: as files, or over one connection to a mail server.</summary>
public abstract class MailTransport
{
    /// <summary>Whether somebody else is waited for.</summary>
    public abstract bool IsRemote { get; }

    /// <summary>How many letters a round takes.</summary>
    public abstract int Most { get; }

    /// <summary>Gets ready, once a round, before a row is touched. False: no letter can leave now.</summary>
    public abstract Task<bool> OpenAsync(CancellationToken cancellation);

    /// <summary>Hands a letter over and erases its row. Of two processes one gets the letter.</summary>
    /// <param name="row">As it was read.</param>
    /// <param name="message">The same bytes each time it is composed.</param>
    public abstract Task<DeliveryResult> HandOverAsync(OutboxMessage row, MimeMessage message, CancellationToken cancellation);

    /// <summary>Ends the round.</summary>
    public virtual Task CloseAsync() => Task.CompletedTask;
}
