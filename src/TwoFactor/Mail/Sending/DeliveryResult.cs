namespace TwoFactor.Mail.Sending;

using TwoFactor.Audit;

/// <summary>
/// What came of a mail. The numbers stand in rows and, of what is final, in events: add at the end of a group, change none.
/// </summary>
public enum DeliveryKind : byte
{
    /// <summary>It left. Its row is erased, so that this stands in none.</summary>
    Delivered = 0,

    // Never this mail.

    /// <summary>Its row was altered.</summary>
    Altered = 1,

    /// <summary>Its address is none.</summary>
    NoAddress = 2,

    /// <summary>It could not be sent for too long.</summary>
    GivenUp = 3,

    /// <summary>Its address has signs that the mail server does not take (RFC 6531).</summary>
    AddressNotTaken = 4,

    /// <summary>The mail server refused it for good (RFC 5321 §4.2.1: 500 to 599).</summary>
    Refused = 5,

    // Not this mail now.

    /// <summary>The mail server refused it for now.</summary>
    Deferred = 10,

    // No mail now, whichever.

    /// <summary>The key ring lacks the key of the row. Mails wait until it fits again, and this stands in no row.</summary>
    KeyMissing = 20,
    NotReachable = 21,
    TimedOut = 22,
    Ended = 23,
    NoStartTls = 24,
    NoTls = 25,
    CertificateOfAnotherName = 26,
    CertificateOutOfDate = 27,
    CertificateNotTrusted = 28,
    NoLogin = 29,
    LoginNeeded = 30,
    LoginRefused = 31,
    SenderRefused = 32,
    TakesNone = 33,

    /// <summary>The mail server ended the talk in the middle of a message (RFC 5321 §3.8: 421).</summary>
    ShutsDown = 34,
    Unexpected = 35,
}

/// <summary>
/// What came of handing a mail over, or of calling the mail server. Never the server's own words: they may name whom a mail is for.
/// </summary>
/// <param name="Reply">The mail server's reply code, where it said one.</param>
public sealed record DeliveryResult(DeliveryKind Kind, int? Reply = null)
{
    public static DeliveryResult Delivered { get; } = new(DeliveryKind.Delivered);

    /// <summary>Nobody can send this mail: it is set aside.</summary>
    public bool IsFinal => Kind is >= DeliveryKind.Altered and < DeliveryKind.Deferred;

    /// <summary>The others need not be tried now.</summary>
    public bool StopsRound => Kind >= DeliveryKind.KeyMissing;

    /// <summary>This mail may be the cause, so that it waits longer each time. What any mail would have met costs none a try.</summary>
    public bool CostsTry =>
        Kind is DeliveryKind.Deferred or DeliveryKind.TimedOut or DeliveryKind.Ended or DeliveryKind.ShutsDown or DeliveryKind.Unexpected;

    /// <summary>Of what is final, as its event and the log tell it: the reply code, else the kind.</summary>
    public int Number => Reply ?? (int)Kind;

    /// <summary>For admins, as the end of "Not sent: …".</summary>
    public string Text => Kind switch
    {
        DeliveryKind.KeyMissing => "the key ring lacks its key",
        _ when StopsRound => $"the mail server cannot be used: {ServerText}",
        _ => AuditText.Remark(AuditKinds.MailSetAside, Number)!,
    };

    /// <summary>For the operator, as the end of "cannot be used: …".</summary>
    public string ServerText => Kind switch
    {
        DeliveryKind.NotReachable => "nobody answers at Smtp:Host and Smtp:Port",
        DeliveryKind.TimedOut => "it did not answer in time",
        DeliveryKind.Ended => "it ended the connection",
        DeliveryKind.NoStartTls => "it offers no STARTTLS, and nothing is sent without (Smtp:Security)",
        DeliveryKind.NoTls => "TLS did not come about (Smtp:Security)",
        DeliveryKind.CertificateOfAnotherName => "its certificate is for another name than Smtp:Host",
        DeliveryKind.CertificateOutOfDate => "its certificate is not valid yet, or any more",
        DeliveryKind.CertificateNotTrusted => "its certificate comes from no authority that is trusted here (Smtp:CertificateAuthority)",
        DeliveryKind.NoLogin => "it offers no login that fits Smtp:UserName and Smtp:Password",
        DeliveryKind.LoginNeeded => "it wants Smtp:UserName and Smtp:Password",
        DeliveryKind.LoginRefused => "it refused Smtp:UserName and Smtp:Password",
        DeliveryKind.SenderRefused => "it refused the sender Smtp:From",
        DeliveryKind.TakesNone or DeliveryKind.ShutsDown => "it takes no mail",
        _ => "something that was not foreseen",
    };
}
