namespace TwoFactor.Mail.Sending;

using System.ComponentModel.DataAnnotations;

/// <summary>How long mails wait, for whom, and when they are given up.</summary>
public sealed class MailLimits
{
    /// <summary>Seconds for connection, TLS and login together, 1 to 120, default 15.</summary>
    [Range(1, 120)]
    public int ConnectSeconds { get; init; } = 15;

    /// <summary>Seconds for one mail, from its first command to the server's yes, 10 to 600, default 120.</summary>
    /// <remarks>
    /// RFC 5321 §4.5.3.2.6 allows a server ten minutes for its yes; a yes that comes later than this makes a second mail, with the
    /// same Message-ID.
    /// </remarks>
    [Range(10, 600)]
    public int MessageSeconds { get; init; } = 120;

    /// <summary>Mails over one connection, 1 to 1000, default 50.</summary>
    [Range(1, 1_000)]
    public int MessagesPerConnection { get; init; } = 50;

    /// <summary>Seconds until the second try, 1 to 600, default 10. Each further wait is twice the one before.</summary>
    [Range(1, 600)]
    public int FirstWaitSeconds { get; init; } = 10;

    /// <summary>Seconds at most between two tries of one mail, 60 to 86400, default 3600.</summary>
    [Range(60, 86_400)]
    public int LongestWaitSeconds { get; init; } = 3_600;

    /// <summary>
    /// Seconds at most between two calls at a server that cannot be used, 10 to 3600, default 300: it is the time by which mail is late
    /// after an outage.
    /// </summary>
    [Range(10, 3_600)]
    public int LongestServerWaitSeconds { get; init; } = 300;

    /// <summary>Days after which a mail that could not be sent is given up, 1 to 30, default 4 (RFC 5321 §4.5.4.1).</summary>
    [Range(1, 30)]
    public int GiveUpDays { get; init; } = 4;

    /// <summary>Days that a mail which was set aside is kept, 1 to 365, default 30.</summary>
    [Range(1, 365)]
    public int SetAsideDays { get; init; } = 30;

    /// <summary>Days that a file in the outbox folder is kept, 1 to 365, default 7.</summary>
    [Range(1, 365)]
    public int FileDays { get; init; } = 7;

    /// <summary>Seconds after which a mail that waits counts as not sent, 10 to 3600, default 60.</summary>
    [Range(10, 3_600)]
    public int LateSeconds { get; init; } = 60;

    /// <summary>Unsent mails on one page, 5 to 200, default 25.</summary>
    [Range(5, 200)]
    public int PageSize { get; init; } = 25;

    internal TimeSpan LetterTime => TimeSpan.FromSeconds(MessageSeconds);

    internal TimeSpan LongestWait => TimeSpan.FromSeconds(LongestWaitSeconds);

    internal TimeSpan LongestServerWait => TimeSpan.FromSeconds(LongestServerWaitSeconds);

    internal TimeSpan GiveUpAfter => TimeSpan.FromDays(GiveUpDays);

    internal TimeSpan SetAsideKept => TimeSpan.FromDays(SetAsideDays);

    internal TimeSpan LateAfter => TimeSpan.FromSeconds(LateSeconds);

    /// <summary>Twice what a mail may take: when a claim ends, whoever made it has ended too.</summary>
    internal TimeSpan ClaimTime => 2 * LetterTime;

    /// <summary>How long is waited after a try that failed.</summary>
    /// <param name="failures">How many there were, 1 or more.</param>
    internal TimeSpan WaitAfter(int failures, TimeSpan longest)
    {
        // Twenty doublings of a second are more than the longest wait.
        var wait = TimeSpan.FromSeconds(FirstWaitSeconds) * (1 << Math.Clamp(failures - 1, 0, 20));
        return wait < longest ? wait : longest;
    }
}
