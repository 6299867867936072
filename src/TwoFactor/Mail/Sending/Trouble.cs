namespace TwoFactor.Mail;

using TwoFactor.Audit;

/// <summary>Why a mail server takes no letter at all now. Never its own words: they may name whom a letter is for. The numbers stand in rows, below every reply code.</summary>
internal enum Trouble
{
    NotReachable = 1,
    TimedOut = 2,
    Ended = 3,
    NoStartTls = 4,
    NoTls = 5,
    CertificateOfAnotherName = 6,
    CertificateOutOfDate = 7,
    CertificateNotTrusted = 8,
    NoLogin = 9,
    LoginNeeded = 10,
    LoginRefused = 11,
    SenderRefused = 12,
    TakesNone = 13,
    Unexpected = 14,
}

internal static class TroubleWords
{
    /// <summary>For the operator, as the end of "cannot be used: …".</summary>
    public static string For(Trouble trouble) => trouble switch
    {
        Trouble.NotReachable => "nobody answers at Smtp:Host and Smtp:Port",
        Trouble.TimedOut => "it did not answer in time",
        Trouble.Ended => "it ended the connection",
        Trouble.NoStartTls => "it offers no STARTTLS, and nothing is sent without (Smtp:Security)",
        Trouble.NoTls => "TLS did not come about (Smtp:Security)",
        Trouble.CertificateOfAnotherName => "its certificate is for another name than Smtp:Host",
        Trouble.CertificateOutOfDate => "its certificate is not valid yet, or any more",
        Trouble.CertificateNotTrusted => "its certificate comes from no authority that is trusted here (Smtp:CertificateAuthority)",
        Trouble.NoLogin => "it offers no login that fits Smtp:UserName and Smtp:Password",
        Trouble.LoginNeeded => "it wants Smtp:UserName and Smtp:Password",
        Trouble.LoginRefused => "it refused Smtp:UserName and Smtp:Password",
        Trouble.SenderRefused => "it refused the sender Smtp:From",
        Trouble.TakesNone => "it takes no mail",
        _ => "something that was not foreseen",
    };

    /// <summary>The same of a letter, as a sentence without its end.</summary>
    /// <param name="met">A <see cref="Trouble"/>, or the mail server's reply code.</param>
    public static string For(int met) => met < SetAsideReasons.FirstReplyCode
        ? $"the mail server cannot be used: {For((Trouble)met)}"
        : AuditWords.Remark(AuditKinds.MailSetAside, met)!;
}
