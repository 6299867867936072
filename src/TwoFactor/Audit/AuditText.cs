namespace TwoFactor.Audit;

using System.Collections.Frozen;
using System.Globalization;

/// <summary>What people read for each kind of event: one place, so that a translator finds it.</summary>
public static class AuditText
{
    private static readonly FrozenDictionary<string, Entry> Entries = new Dictionary<string, Entry>(StringComparer.Ordinal)
    {
        [AuditKinds.AccountInvited] = new("Invited"),
        [AuditKinds.AccountInvitationSent] = new("Invitation sent"),
        [AuditKinds.AccountEnrolled] = new("Account ready to use"),
        [AuditKinds.AccountUnlocked] = new("Unlocked"),
        [AuditKinds.AccountDisabled] = new("Switched off"),
        [AuditKinds.AccountEnabled] = new("Switched on"),
        [AuditKinds.AccountImported] = new("Imported"),
        [AuditKinds.AccountChanged] = new("Account changed"),
        [AuditKinds.AccountReminded] = new("Reminder sent"),
        [AuditKinds.AccountGroupsChanged] = new("Groups changed"),
        [AuditKinds.AccountDeadlineSet] = new("Date to enroll by set"),
        [AuditKinds.GroupDeadlineSet] = new("Group’s date to enroll by set"),
        [AuditKinds.PasswordSet] = new("Password set"),
        [AuditKinds.PasswordWrong] = new("Wrong password", IsRefusal: true),
        [AuditKinds.PasswordUnknown] = new("Password for an unknown name", IsRefusal: true),
        [AuditKinds.PasswordWaiting] = new("Password while waiting", IsRefusal: true),
        [AuditKinds.PasswordLinkMade] = new("Link for a new password made"),
        [AuditKinds.PasswordLinkSent] = new("Link for a new password mailed"),
        [AuditKinds.PasswordLinkUnknown] = new("New password asked for an unknown name", IsRefusal: true),
        [AuditKinds.PasswordLinkRefused] = new("New password asked for, and no mail sent", IsRefusal: true),
        [AuditKinds.SignInCompleted] = new("Signed in"),
        [AuditKinds.SignInRefusedHeld] = new("Sign-in refused: account on hold", IsRefusal: true),
        [AuditKinds.SignedOut] = new("Signed out"),
        [AuditKinds.SessionEnded] = new("Session ended"),
        [AuditKinds.SessionResumed] = new("Went on with the password"),
        [AuditKinds.AddressChanged] = new("Mail address changed"),
        [AuditKinds.AddressPutBack] = new("Mail address put back"),
        [AuditKinds.CodeWrong] = new("Wrong code", IsRefusal: true),
        [AuditKinds.CodeSpent] = new("Code already used", IsRefusal: true),
        [AuditKinds.CodeWaiting] = new("Code while waiting", IsRefusal: true),
        [AuditKinds.CodeClosed] = new("Code for an authenticator that is switched off", IsRefusal: true),
        [AuditKinds.CodeHeld] = new("Code refused: account on hold", IsRefusal: true),
        [AuditKinds.GuardWaiting] = new("Waiting after wrong codes", IsRefusal: true),
        [AuditKinds.GuardClosed] = new("Authenticator switched off after many wrong codes", IsRefusal: true),
        [AuditKinds.RecoveryCodeUsed] = new("Recovery code used"),
        [AuditKinds.RecoveryCodeWrong] = new("Wrong recovery code", IsRefusal: true),
        [AuditKinds.RecoveryCodeResting] = new("Recovery code while they rest", IsRefusal: true),
        [AuditKinds.RecoveryCodesShown] = new("New recovery codes shown"),
        [AuditKinds.RecoveryCodesSaved] = new("New recovery codes saved"),
        [AuditKinds.ProofGiven] = new("Confirmed with a code"),
        [AuditKinds.EnrollmentStarted] = new("QR code shown"),
        [AuditKinds.EnrollmentReplaced] = new("QR code replaced by a new one"),
        [AuditKinds.EnrollmentWrongCode] = new("Wrong code for a new QR code", IsRefusal: true),
        [AuditKinds.EnrollmentConfirmed] = new("Authenticator set up"),
        [AuditKinds.AuthenticatorAdded] = new("Authenticator added"),
        [AuditKinds.AuthenticatorRemoved] = new("Authenticator removed"),
        [AuditKinds.AuthenticatorRenamed] = new("Authenticator renamed"),
        [AuditKinds.TicketAccepted] = new("Ticket accepted"),
        [AuditKinds.TicketWrong] = new("Wrong ticket", IsRefusal: true),
        [AuditKinds.ResetApproved] = new("Reset started"),
        [AuditKinds.ResetCancelled] = new("Reset stopped"),
        [AuditKinds.ResetRefused] = new("Reset refused", IsRefusal: true),
        [AuditKinds.ResetAsked] = new("Reset asked for"),
        [AuditKinds.PassAsked] = new("Pass asked for"),
        [AuditKinds.PassGiven] = new("Pass given"),
        [AuditKinds.PassUsed] = new("Pass used"),
        [AuditKinds.RequestApproved] = new("Approved by a second person"),
        [AuditKinds.RequestCancelled] = new("Request stopped"),
        [AuditKinds.TicketShown] = new("Ticket or pass shown, to be handed over"),
        [AuditKinds.RoleChanged] = new("Role changed"),
        [AuditKinds.RoleRefused] = new("Role change refused", IsRefusal: true),
        [AuditKinds.AccountDeleted] = new("Account deleted"),
        [AuditKinds.AlarmAgentLimit] = new("Alarm: too many resets by one agent", IsRefusal: true),
        [AuditKinds.NotMe] = new("“Not me”: sign-in stopped"),
        [AuditKinds.ActRefused] = new("Not allowed for this role", IsRefusal: true),
        [AuditKinds.AlarmSecretUnreadable] = new("Alarm: a secret was exchanged or altered", IsRefusal: true),
        [AuditKinds.AlarmRoleSeal] = new("Alarm: a role was altered in the database", IsRefusal: true),
        [AuditKinds.AlarmAddressSeal] = new("Alarm: a mail address was altered in the database", IsRefusal: true),
        [AuditKinds.AlarmEventTag] = new("Alarm: an event was forged in the database", IsRefusal: true),
        [AuditKinds.AlarmChainBroken] = new("Alarm: the chain of events is broken", IsRefusal: true),
        [AuditKinds.AuditPruned] = new("Oldest events removed"),
        [AuditKinds.KeysSigningMade] = new("Signing key made"),
        [AuditKinds.KeysCreated] = new("Key ring made"),
        [AuditKinds.KeysAdopted] = new("Key added to the ring"),
        [AuditKinds.KeysMisfit] = new("Key ring does not fit", IsRefusal: true),
        [AuditKinds.MailSetAside] = new("Mail not sent", IsRefusal: true),
        [AuditKinds.MailRetried] = new("Unsent mail tried again"),
        [AuditKinds.AlarmClock] = new("Alarm: phones and the server's clock disagree", IsRefusal: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every kind, in the order of its words.</summary>
    public static IReadOnlyList<string> InOrder { get; } = [.. Entries.OrderBy(entry => entry.Value.Words, StringComparer.Ordinal).Select(entry => entry.Key)];

    public static bool Knows(string kind) => Entries.ContainsKey(kind);

    /// <summary>The words of a kind; a kind that a newer version wrote is its own word.</summary>
    public static string For(string kind) => Entries.TryGetValue(kind, out var entry) ? entry.Words : kind;

    /// <summary>Whether somebody was refused, or something is wrong.</summary>
    public static bool IsRefusal(string kind) => Entries.TryGetValue(kind, out var entry) && entry.IsRefusal;

    /// <summary>What an event's number says, in words; null where it says nothing.</summary>
    public static string? Remark(string kind, long? number) => (kind, number) switch
    {
        (_, null) => null,
        (AuditKinds.CodeWrong, < 0) => Say($"fits {Count(-number.Value, "half minute")} back: the phone's clock is slow"),
        (AuditKinds.CodeWrong, > 0) => Say($"fits {Count(number.Value, "half minute")} ahead: the phone's clock is fast"),
        (AuditKinds.MailSetAside, 1) => "it was altered in the database",
        (AuditKinds.MailSetAside, 2) => "its address is none",
        (AuditKinds.MailSetAside, 3) => "it was tried for too long",
        (AuditKinds.MailSetAside, 4) => "the mail server does not take such an address",
        (AuditKinds.MailSetAside, _) => Say($"the mail server answered {number.Value}"),
        (AuditKinds.AddressChanged or AuditKinds.AddressPutBack, 2) => "the second one",
        (AuditKinds.AddressChanged or AuditKinds.AddressPutBack, _) => null,
        (AuditKinds.AlarmChainBroken, _) => Say($"at event {number.Value:N0}"),
        (AuditKinds.AuditPruned, _) => Say($"up to event {number.Value:N0}"),
        (AuditKinds.AlarmEventTag, _) => Count(number.Value, "row"),
        (AuditKinds.MailRetried, _) => Count(number.Value, "letter"),
        (AuditKinds.AlarmClock, < 0) => Say($"codes of {Count(-number.Value, "account")} were too old"),
        (AuditKinds.AlarmClock, _) => Say($"codes of {Count(number.Value, "account")} were too new"),
        _ when AuditKinds.Tallied.Contains(kind) => Say($"{number.Value:N0} more in that minute"),
        _ => null,
    };

    private static string Count(long number, string of) => Say($"{number:N0} {of}{(number == 1 ? "" : "s")}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(string Words, bool IsRefusal = false);
}
