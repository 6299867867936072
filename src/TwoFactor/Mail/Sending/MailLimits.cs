namespace TwoFactor.Mail.Sending;

using System.ComponentModel.DataAnnotations;

/// <summary>How long messages wait, how many are sent, and when one is given up.</summary>
public sealed class MailLimits
{
    /// <summary>Seconds for connection, TLS and login together, 1 to 120, default 15.</summary>
    [Range(1, 120)]
    public int ConnectSeconds { get; init; } = 15;

    /// <summary>Seconds for one message, from its first command until the server has accepted it, 10 to 600, default 120.</summary>
    /// <remarks>
    /// RFC 5321 §4.5.3.2.6 allows a server ten minutes to accept a message. If it accepts later than this limit, the message is sent a
    /// second time, with the same Message-ID.
    /// </remarks>
    [Range(10, 600)]
    public int MessageSeconds { get; init; } = 120;

    /// <summary>Messages over one connection, 1 to 1000, default 50.</summary>
    [Range(1, 1_000)]
    public int MessagesPerConnection { get; init; } = 50;

    /// <summary>Seconds until the second try, 1 to 600, default 10. Each further wait is twice the one before.</summary>
    [Range(1, 600)]
    public int FirstWaitSeconds { get; init; } = 10;

    /// <summary>Seconds at most between two tries of one message, 60 to 86400, default 3600.</summary>
    [Range(60, 86_400)]
    public int LongestWaitSeconds { get; init; } = 3_600;

    /// <summary>
    /// Seconds at most between two connections to a server that cannot be used, 10 to 3600, default 300. After an outage, mail is late by
    /// up to this time.
    /// </summary>
    [Range(10, 3_600)]
    public int LongestServerWaitSeconds { get; init; } = 300;

    /// <summary>Days after which a message that could not be sent is given up, 1 to 30, default 4 (RFC 5321 §4.5.4.1).</summary>
    [Range(1, 30)]
    public int GiveUpDays { get; init; } = 4;

    /// <summary>Days that a message which was set aside is kept, 1 to 365, default 30.</summary>
    [Range(1, 365)]
    public int SetAsideDays { get; init; } = 30;

    /// <summary>Days that a file in the outbox folder is kept, 1 to 365, default 7.</summary>
    [Range(1, 365)]
    public int FileDays { get; init; } = 7;

    /// <summary>Seconds after which a message that waits counts as not sent, 10 to 3600, default 60.</summary>
    [Range(10, 3_600)]
    public int LateSeconds { get; init; } = 60;

    /// <summary>Unsent messages on one page, 5 to 200, default 25.</summary>
    [Range(5, 200)]
    public int PageSize { get; init; } = 25;

    internal TimeSpan MessageTime => TimeSpan.FromSeconds(MessageSeconds);

    internal TimeSpan LongestWait => TimeSpan.FromSeconds(LongestWaitSeconds);

    internal TimeSpan LongestServerWait => TimeSpan.FromSeconds(LongestServerWaitSeconds);

    internal TimeSpan GiveUpAfter => TimeSpan.FromDays(GiveUpDays);

    internal TimeSpan SetAsideKept => TimeSpan.FromDays(SetAsideDays);

    internal TimeSpan LateAfter => TimeSpan.FromSeconds(LateSeconds);

    /// <summary>Twice the time that one message may take: when a claim ends, the try of its sender has ended too.</summary>
    internal TimeSpan ClaimTime => 2 * MessageTime;

    /// <summary>How long is waited after a try that failed.</summary>
    /// <param name="failures">How many there were, 1 or more.</param>
    internal TimeSpan WaitAfter(int failures, TimeSpan longest)
    {
        // Twenty doublings of a second are more than the longest wait.
        var wait = TimeSpan.FromSeconds(FirstWaitSeconds) * (1 << Math.Clamp(failures - 1, 0, 20));
        return wait < longest ? wait : longest;
    }
}
