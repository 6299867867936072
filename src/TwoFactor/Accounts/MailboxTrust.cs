namespace TwoFactor.Accounts;

using TwoFactor.Storage;

/// <summary>
/// How far the mailbox of an account is trusted. After a mailed link set the password, or an address was changed, the person who did it may
/// control nothing but the mailbox.
/// </summary>
public enum MailboxTrust
{
    /// <summary>There was no such change, or the cooling-off time is over and the owner has signed in fully since the change.</summary>
    Trusted,

    /// <summary>The cooling-off time is not over, even if somebody has signed in meanwhile.</summary>
    CoolingOff,

    /// <summary>The cooling-off time is over, but nobody has signed in fully since the change.</summary>
    Unverified,
}

public static class MailboxTrusts
{
    /// <param name="doubtedAt">When the last such change was made; null when there was none.</param>
    /// <param name="trustedAt">The first full sign-in after that; null when there was none.</param>
    public static MailboxTrust At(UnixTime now, UnixTime? doubtedAt, UnixTime? trustedAt, CoolingOffLimits coolingOff)
    {
        ArgumentNullException.ThrowIfNull(coolingOff);
        return doubtedAt switch
        {
            null => MailboxTrust.Trusted,
            _ when coolingOff.Covers(doubtedAt, now) => MailboxTrust.CoolingOff,
            _ when trustedAt is null => MailboxTrust.Unverified,
            _ => MailboxTrust.Trusted,
        };
    }
}
