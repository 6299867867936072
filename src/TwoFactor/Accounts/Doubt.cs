namespace TwoFactor.Accounts;

/// <summary>How far an account's owner is in doubt: a mailed link set the password, or an address was changed, and whoever did it may own no more than a mailbox.</summary>
public enum Doubt
{
    /// <summary>Nothing of the kind, or its time is over and its owner has signed in fully since.</summary>
    None,

    /// <summary>The time of caution is not over, whoever signed in meanwhile.</summary>
    Recent,

    /// <summary>It is over, but nobody has signed in fully since the change.</summary>
    Unproven,
}

public static class Doubts
{
    /// <param name="doubtedAt">When it began, in Unix seconds; null: never.</param>
    /// <param name="trustedAt">The first full sign-in after that; null: there was none.</param>
    /// <param name="now">Unix seconds.</param>
    public static Doubt At(long now, long? doubtedAt, long? trustedAt, CautionLimits caution)
    {
        ArgumentNullException.ThrowIfNull(caution);
        return doubtedAt switch
        {
            null => Doubt.None,
            _ when caution.Covers(doubtedAt, now) => Doubt.Recent,
            _ when trustedAt is null => Doubt.Unproven,
            _ => Doubt.None,
        };
    }
}
