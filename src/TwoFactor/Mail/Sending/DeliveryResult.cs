namespace TwoFactor.Mail.Sending;

using TwoFactor.Audit;

/// <summary>
/// The kind of a result. The numbers are stored in rows and, for final results, in events: add at the end of a group, never change one.
/// </summary>
public enum DeliveryKind : byte
{
    /// <summary>It was sent. Its row is erased, so this value is stored in no row.</summary>
    Delivered = 0,

    // Final: this message is never sent.

    /// <summary>Its row was altered.</summary>
    Altered = 1,

    /// <summary>Its address is not valid.</summary>
    NoAddress = 2,

    /// <summary>It could not be sent for too long.</summary>
    GivenUp = 3,

    /// <summary>Its address has characters that the mail server does not take (RFC 6531).</summary>
    AddressNotTaken = 4,

    /// <summary>The mail server refused it for good (RFC 5321 §4.2.1: 500 to 599, except what concerns our own commands).</summary>
    Refused = 5,

    // This message cannot be sent now.

    /// <summary>The mail server refused it for now.</summary>
    Deferred = 10,

    // No message can be sent now.

    /// <summary>The key ring lacks the key of the row. Messages wait until the ring is restored; this value is stored in no row.</summary>
    KeyMissing = 20,
    NotReachable = 21,
    TimedOut = 22,
    ConnectionClosed = 23,
    NoStartTls = 24,
    NoTls = 25,
    CertificateOfAnotherName = 26,
    CertificateOutOfDate = 27,
    CertificateNotTrusted = 28,
    NoLoginMethod = 29,
    LoginNeeded = 30,
    LoginRefused = 31,
    SenderRefused = 32,
    ServerRefuses = 33,

    /// <summary>The mail server closed the connection in the middle of a message (RFC 5321 §3.8: 421).</summary>
    ShutsDown = 34,
    Unexpected = 35,
}

/// <summary>
/// The result of sending a message, or of connecting to the mail server. It never holds the server's own text, which may name the
/// recipient.
/// </summary>
/// <param name="Reply">The mail server's reply code; null when there was none.</param>
public sealed record DeliveryResult(DeliveryKind Kind, int? Reply = null)
{
    public static DeliveryResult Delivered { get; } = new(DeliveryKind.Delivered);

    /// <summary>The message is undeliverable and is set aside.</summary>
    public bool IsFinal => Kind is >= DeliveryKind.Altered and < DeliveryKind.Deferred;

    /// <summary>No other message needs to be tried in this round.</summary>
    public bool EndsRound => Kind >= DeliveryKind.KeyMissing;

    /// <summary>
    /// The message itself may be the cause: the try counts, and the message waits longer each time. A failure that any message would have
    /// met does not count.
    /// </summary>
    public bool CountsAsTry =>
        Kind is DeliveryKind.Deferred or DeliveryKind.TimedOut or DeliveryKind.ConnectionClosed or DeliveryKind.ShutsDown
            or DeliveryKind.Unexpected;

    /// <summary>For a final result: the number in its event and in the log. It is the reply code, or else the kind.</summary>
    public int Number => Reply ?? (int)Kind;

    /// <summary>For admins, as the end of "Not sent: …".</summary>
    public string Text => Kind switch
    {
        DeliveryKind.KeyMissing => "the key ring lacks its key",
        _ when EndsRound => $"the mail server cannot be used: {ServerText}",
        _ => AuditText.Remark(AuditKinds.MailSetAside, Number)!,
    };

    /// <summary>For the operator, as the end of "cannot be used: …".</summary>
    public string ServerText => Kind switch
    {
        DeliveryKind.NotReachable => "nobody answers at Smtp:Host and Smtp:Port",
        DeliveryKind.TimedOut => "it did not answer in time",
        DeliveryKind.ConnectionClosed => "it ended the connection",
        DeliveryKind.NoStartTls => "it offers no STARTTLS, and nothing is sent without (Smtp:Security)",
        DeliveryKind.NoTls => "TLS did not come about (Smtp:Security)",
        DeliveryKind.CertificateOfAnotherName => "its certificate is for another name than Smtp:Host",
        DeliveryKind.CertificateOutOfDate => "its certificate is not valid yet, or any more",
        DeliveryKind.CertificateNotTrusted => "its certificate comes from no authority that is trusted here (Smtp:CertificateAuthority)",
        DeliveryKind.NoLoginMethod => "it offers no login that fits Smtp:UserName and Smtp:Password",
        DeliveryKind.LoginNeeded => "it wants Smtp:UserName and Smtp:Password",
        DeliveryKind.LoginRefused => "it refused Smtp:UserName and Smtp:Password",
        DeliveryKind.SenderRefused => "it refused the sender Smtp:From",
        DeliveryKind.ServerRefuses or DeliveryKind.ShutsDown => "it takes no mail",
        _ => "something that was not foreseen",
    };
}
