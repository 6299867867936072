namespace TwoFactor.Administration.Banners;

/// <summary>A notice at the top of every admin page, for as long as it applies.</summary>
public abstract record Banner
{
    private Banner()
    {
    }

    /// <summary>Whether only an admin can do anything about it.</summary>
    public virtual bool IsForAdmins => true;

    /// <summary>Whether it is a warning, and not only information.</summary>
    public virtual bool Warns => false;

    /// <summary>No mail server is set up.</summary>
    public sealed record NoMail : Banner
    {
        public override bool IsForAdmins => false;
    }

    /// <summary>Phones of several people disagree with our clock.</summary>
    /// <param name="IsSlow">Whether the phones seem slow: their codes were too old.</param>
    public sealed record Clock(int Accounts, bool IsSlow, DateTimeOffset Now) : Banner
    {
        public override bool IsForAdmins => false;

        public override bool Warns => true;
    }

    /// <summary>Somebody changed the log in the database.</summary>
    /// <param name="Number">The number of the first bad event; null when there is no such event.</param>
    public sealed record BrokenChain(long? Number) : Banner
    {
        public override bool Warns => true;
    }

    /// <summary>Somebody changed accounts in the database.</summary>
    /// <param name="Accounts">How many are known.</param>
    public sealed record AlteredAccounts(int Accounts) : Banner
    {
        public override bool Warns => true;
    }

    /// <summary>A host that no setting names as a proxy sent headers of a proxy.</summary>
    public sealed record UnknownProxy(string Address) : Banner;

    /// <summary>If this one admin cannot sign in, nobody can help.</summary>
    public sealed record OneAdmin(string Name) : Banner;

    /// <summary>The certificate that wraps the key ring expires soon, or has expired.</summary>
    public sealed record CertificateEnds(DateTimeOffset At, bool IsOver) : Banner
    {
        public override bool Warns => true;
    }
}
