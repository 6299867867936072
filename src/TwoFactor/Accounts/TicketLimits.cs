namespace TwoFactor.Accounts;

using System.ComponentModel.DataAnnotations;

/// <summary>How long one-time proofs live.</summary>
public sealed class TicketLimits
{
    /// <summary>Days that a link for the set-up works, 1 to 365, default 30. Each start makes a new link and voids the older one.</summary>
    [Range(1, 365)]
    public int SetupDays { get; init; } = 30;

    /// <summary>Days that an invitation works, 1 to 30, default 7.</summary>
    [Range(1, 30)]
    public int InvitationDays { get; init; } = 7;

    /// <summary>How often an invitation's owner may have it sent again, 0 to 10, default 3.</summary>
    [Range(0, 10)]
    public int InvitationResends { get; init; } = 3;

    /// <summary>Hours that the ticket of a reset works, from the approval, 1 to 168, default 24.</summary>
    [Range(1, 168)]
    public int ResetHours { get; init; } = 24;

    /// <summary>Hours that a pass works, 1 to 24, default 24.</summary>
    [Range(1, 24)]
    public int PassHours { get; init; } = 24;

    /// <summary>Hours that a link for a new password works, 1 to 24, default 1.</summary>
    [Range(1, 24)]
    public int PasswordLinkHours { get; init; } = 1;

    /// <summary>
    /// Links that are mailed for one account in an hour, and likewise new invitations that somebody asks for at the sign-in; 1 to 10,
    /// default 3.
    /// </summary>
    [Range(1, 10)]
    public int PasswordLinksAnHour { get; init; } = 3;

    /// <summary>Days that a link "this was not me" works, 1 to 365, default 30.</summary>
    [Range(1, 365)]
    public int NotMeDays { get; init; } = 30;

    /// <summary>Hours in which the link to a new mail address must be opened, 1 to 168, default 24.</summary>
    [Range(1, 168)]
    public int AddressHours { get; init; } = 24;

    /// <summary>Links that an owner may have sent to new addresses in an hour, 2 to 20, default 6.</summary>
    [Range(2, 20)]
    public int AddressLinksAnHour { get; init; } = 6;

    /// <summary>
    /// Minutes in which the enrollment that a proof began must be confirmed, new QR codes included, unless its owner asks for more time; 5
    /// to 120, default 30.
    /// </summary>
    [Range(5, 120)]
    public int ProofMinutes { get; init; } = 30;

    /// <summary>
    /// Days that a ticket is kept after its end, so that its holder can be told why it no longer works; 1 to 365, default 90.
    /// </summary>
    [Range(1, 365)]
    public int KeptDays { get; init; } = 90;

    internal TimeSpan Kept => TimeSpan.FromDays(KeptDays);

    /// <summary>How long a ticket of this kind lives.</summary>
    public TimeSpan Lifetime(string kind) => kind switch
    {
        TicketKinds.Setup => TimeSpan.FromDays(SetupDays),
        TicketKinds.Invitation => TimeSpan.FromDays(InvitationDays),
        TicketKinds.Reset => TimeSpan.FromHours(ResetHours),
        TicketKinds.Pass => TimeSpan.FromHours(PassHours),
        TicketKinds.PasswordLink => TimeSpan.FromHours(PasswordLinkHours),
        TicketKinds.Address or TicketKinds.SecondAddress => TimeSpan.FromHours(AddressHours),
        TicketKinds.Proof => TimeSpan.FromMinutes(ProofMinutes),
        _ => TimeSpan.FromDays(NotMeDays),
    };
}
