namespace TwoFactor.Accounts;

using System.ComponentModel.DataAnnotations;
using TwoFactor.Storage;

/// <summary>How long a change is not trusted that a thief of the mailbox could have made.</summary>
public sealed class CoolingOffLimits
{
    /// <summary>
    /// Hours for which a changed address receives nothing, and for which no ticket goes by mail after a mailed link or a changed
    /// address; 24 to 336, default 72.
    /// </summary>
    [Range(24, 336)]
    public int Hours { get; init; } = 72;

    internal TimeSpan Length => TimeSpan.FromHours(Hours);

    /// <summary>Whether a change is too recent to be trusted; false when there was none.</summary>
    internal bool Covers(UnixTime? changedAt, UnixTime now) => changedAt is { } at && now < at + Length;

    /// <summary>Whether mail still goes to the former address, because the new one is not trusted yet.</summary>
    internal bool KeepsFormerMail(Account account, UnixTime now) => account.FormerMail is not null && Covers(account.MailChangedAt, now);
}
