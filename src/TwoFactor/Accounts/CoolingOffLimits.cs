namespace TwoFactor.Accounts;

using System.ComponentModel.DataAnnotations;
using System.Linq.Expressions;
using TwoFactor.Accounts.Statements;
using TwoFactor.Storage;

/// <summary>How long a change is not trusted that a thief of the mailbox could have made.</summary>
public sealed class CoolingOffLimits
{
    /// <summary>
    /// Hours for which a changed address receives nothing, and for which no ticket goes by mail after a mailed link or a changed
    /// address. So long, too, somebody with a new role or a first authenticator approves nothing. 24 to 336, default 72.
    /// </summary>
    [Range(24, 336)]
    public int Hours { get; init; } = 72;

    internal TimeSpan Length => TimeSpan.FromHours(Hours);

    /// <summary>The former address counts, because the address was changed after a moment.</summary>
    private static readonly RowRule<Account> HasFormerMail =
        new((account, since) => account.FormerMail != null && account.MailChangedAt > since);

    /// <summary>A change after this moment is too recent to be trusted.</summary>
    internal UnixTime Since(UnixTime now) => now - Length;

    /// <summary>Whether a change is too recent to be trusted; false when there was none.</summary>
    internal bool Covers(UnixTime? changedAt, UnixTime now) => changedAt > Since(now);

    /// <summary>Whether mail still goes to the former address, because the new one is not trusted yet.</summary>
    internal bool KeepsFormerMail(Account account, UnixTime now) => HasFormerMail.Holds(account, Since(now));

    /// <summary>The accounts for which <see cref="KeepsFormerMail"/> is true.</summary>
    internal Expression<Func<Account, bool>> KeepFormerMail(UnixTime now) => HasFormerMail.At(Since(now));
}
