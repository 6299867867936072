namespace TwoFactor.Mail.Sending;

using TwoFactor.Audit;

/// <summary>Why a mail server takes no letter at all now. Never its own words: they may name whom a letter is for. The numbers stand in rows, below every reply code.</summary>
internal enum SmtpFailure
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

internal static class SmtpFailureText
{
    /// <summary>For the operator, as the end of "cannot be used: …".</summary>
    public static string For(SmtpFailure smtpFailure) => smtpFailure switch
    {
        SmtpFailure.NotReachable => "nobody answers at Smtp:Host and Smtp:Port",
        SmtpFailure.TimedOut => "it did not answer in time",
        SmtpFailure.Ended => "it ended the connection",
        SmtpFailure.NoStartTls => "it offers no STARTTLS, and nothing is sent without (Smtp:Security)",
        SmtpFailure.NoTls => "TLS did not come about (Smtp:Security)",
        SmtpFailure.CertificateOfAnotherName => "its certificate is for another name than Smtp:Host",
        SmtpFailure.CertificateOutOfDate => "its certificate is not valid yet, or any more",
        SmtpFailure.CertificateNotTrusted => "its certificate comes from no authority that is trusted here (Smtp:CertificateAuthority)",
        SmtpFailure.NoLogin => "it offers no login that fits Smtp:UserName and Smtp:Password",
        SmtpFailure.LoginNeeded => "it wants Smtp:UserName and Smtp:Password",
        SmtpFailure.LoginRefused => "it refused Smtp:UserName and Smtp:Password",
        SmtpFailure.SenderRefused => "it refused the sender Smtp:From",
        SmtpFailure.TakesNone => "it takes no mail",
        _ => "something that was not foreseen",
    };

    /// <summary>The same of a letter, as a sentence without its end.</summary>
    /// <param name="met">A <see cref="SmtpFailure"/>, or the mail server's reply code.</param>
    public static string For(int met) => met < UndeliverableReasons.FirstReplyCode
        ? $"the mail server cannot be used: {For((SmtpFailure)met)}"
        : AuditText.Remark(AuditKinds.MailSetAside, met)!;
}
