namespace TwoFactor.Administration.Banners;

/// <summary>What every page of administration says first, for as long as it is so.</summary>
public abstract record Banner
{
    private Banner()
    {
    }

    /// <summary>Whether only an admin can do anything about it.</summary>
    public virtual bool IsForAdmins => true;

    /// <summary>Whether something is wrong, and not only to be known.</summary>
    public virtual bool Warns => false;

    /// <summary>No mail server is set up.</summary>
    public sealed record NoMail : Banner
    {
        public override bool IsForAdmins => false;
    }

    /// <summary>Phones of several people disagree with our clock.</summary>
    /// <param name="IsSlow">Their codes were too old.</param>
    public sealed record Clock(int Accounts, bool IsSlow, DateTimeOffset Now) : Banner
    {
        public override bool IsForAdmins => false;

        public override bool Warns => true;
    }

    /// <summary>Somebody changed the log in the database.</summary>
    /// <param name="Number">The first bad event; null: it has none.</param>
    public sealed record BrokenChain(long? Number) : Banner
    {
        public override bool Warns => true;
    }

    /// <summary>Somebody whom no setting names as a proxy spoke for others.</summary>
    public sealed record UnknownProxy(string Address) : Banner;

    /// <summary>If this one admin cannot sign in, nobody can help.</summary>
    public sealed record OneAdmin(string Name) : Banner;

    /// <summary>The certificate that wraps the key ring ends soon, or ended.</summary>
    public sealed record CertificateEnds(DateTimeOffset At, bool IsOver) : Banner
    {
        public override bool Warns => true;
    }
}
