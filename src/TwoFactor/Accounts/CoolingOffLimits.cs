namespace TwoFactor.Accounts;

using System.ComponentModel.DataAnnotations;
using TwoFactor.Storage;

/// <summary>How long what a thief of a mailbox could have changed is not relied upon.</summary>
public sealed class CoolingOffLimits
{
    /// <summary>
    /// Hours for which a changed address receives nothing, and for which no ticket goes by mail after a mailed link or a changed
    /// address; 24 to 336, default 72.
    /// </summary>
    [Range(24, 336)]
    public int Hours { get; init; } = 72;

    internal TimeSpan Length => TimeSpan.FromHours(Hours);

    /// <summary>Whether a change is so young that it is not relied upon; null: there was none.</summary>
    internal bool Covers(UnixTime? changedAt, UnixTime now) => changedAt is { } at && now < at + Length;

    /// <summary>Whether mail still goes to the older address, for the newer one is not relied upon.</summary>
    internal bool KeepsFormerMail(Account account, UnixTime now) => account.FormerMail is not null && Covers(account.MailChangedAt, now);
}
