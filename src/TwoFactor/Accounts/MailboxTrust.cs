namespace TwoFactor.Accounts;

using TwoFactor.Storage;

/// <summary>
/// How far an account's owner is in doubt: a mailed link set the password, or an address was changed, and whoever did it may own no
/// more than a mailbox.
/// </summary>
public enum MailboxTrust
{
    /// <summary>Nothing of the kind, or its time is over and its owner has signed in fully since.</summary>
    Trusted,

    /// <summary>The time of caution is not over, whoever signed in meanwhile.</summary>
    CoolingOff,

    /// <summary>It is over, but nobody has signed in fully since the change.</summary>
    Unverified,
}

public static class MailboxTrusts
{
    /// <param name="doubtedAt">When it began; null: never.</param>
    /// <param name="trustedAt">The first full sign-in after that; null: there was none.</param>
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
