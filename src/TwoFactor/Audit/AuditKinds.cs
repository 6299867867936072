namespace TwoFactor.Audit;

using System.Collections.Frozen;

/// <summary>Every kind of event, as the word that stands in its row. A constant is named as its word, and a word is never given a second meaning.</summary>
public static class AuditKinds
{
    public const string AccountInvited = "account.invited";
    public const string AccountInvitationSent = "account.invitation-sent";
    public const string AccountEnrolled = "account.enrolled";
    public const string AccountUnlocked = "account.unlocked";
    public const string AccountDisabled = "account.disabled";
    public const string AccountEnabled = "account.enabled";
    public const string AccountImported = "account.imported";

    /// <summary>By an admin, the console or an import; its detail says what.</summary>
    public const string AccountChanged = "account.changed";
    public const string AccountReminded = "account.reminded";

    /// <summary>Its number is how many there are now, its detail their names.</summary>
    public const string AccountGroupsChanged = "account.groups-changed";

    /// <summary>Its detail is the day, or "none".</summary>
    public const string AccountDeadlineSet = "account.deadline-set";

    /// <summary>Its detail is the group and the day.</summary>
    public const string GroupDeadlineSet = "group.deadline-set";
    public const string PasswordSet = "password.set";
    public const string PasswordWrong = "password.wrong";
    public const string PasswordUnknown = "password.unknown";
    public const string PasswordWaiting = "password.waiting";
    public const string PasswordLinkMade = "password-link.made";
    public const string PasswordLinkSent = "password-link.sent";
    public const string PasswordLinkUnknown = "password-link.unknown";

    /// <summary>Asked for too often, or for an account that gets none.</summary>
    public const string PasswordLinkRefused = "password-link.refused";
    public const string SignInCompleted = "sign-in.completed";
    public const string SignInRefusedHeld = "sign-in.refused-held";
    public const string SignedOut = "signed-out";
    public const string SessionEnded = "session.ended";

    /// <summary>A parked one, by the password alone.</summary>
    public const string SessionResumed = "session.resumed";

    /// <summary>Its number is 1 for the first address, 2 for the second.</summary>
    public const string AddressChanged = "address.changed";

    /// <summary>The same numbers: "not me" made it again what it was.</summary>
    public const string AddressPutBack = "address.put-back";

    /// <summary>Its number is the offset in time steps at which a private look found the code: negative, the phone is slow.</summary>
    public const string CodeWrong = "code.wrong";
    public const string CodeSpent = "code.spent";
    public const string CodeWaiting = "code.waiting";
    public const string CodeClosed = "code.closed";
    public const string CodeHeld = "code.held";
    public const string GuardWaiting = "guard.waiting";
    public const string GuardClosed = "guard.closed";
    /// <summary>Its number is how many of the set are left.</summary>
    public const string RecoveryCodeUsed = "recovery-code.used";
    public const string RecoveryCodeWrong = "recovery-code.wrong";
    public const string RecoveryCodeResting = "recovery-code.resting";
    public const string RecoveryCodesShown = "recovery-codes.shown";
    public const string RecoveryCodesSaved = "recovery-codes.saved";
    public const string ProofGiven = "proof.given";
    public const string EnrollmentStarted = "enrollment.started";
    public const string EnrollmentReplaced = "enrollment.replaced";
    public const string EnrollmentWrongCode = "enrollment.wrong-code";
    public const string EnrollmentConfirmed = "enrollment.confirmed";

    /// <summary>A further authenticator beside those that there are.</summary>
    public const string AuthenticatorAdded = "authenticator.added";
    public const string AuthenticatorRemoved = "authenticator.removed";
    public const string AuthenticatorRenamed = "authenticator.renamed";
    public const string TicketAccepted = "ticket.accepted";
    public const string TicketWrong = "ticket.wrong";
    public const string ResetApproved = "reset.approved";
    public const string ResetCancelled = "reset.cancelled";
    public const string ResetRefused = "reset.refused";

    /// <summary>It takes a second person, or time: nothing is held yet.</summary>
    public const string ResetAsked = "reset.asked";
    public const string PassAsked = "pass.asked";
    public const string PassGiven = "pass.given";
    public const string PassUsed = "pass.used";

    /// <summary>By the second person; the admin of the two hands over.</summary>
    public const string RequestApproved = "request.approved";
    public const string RequestCancelled = "request.cancelled";

    /// <summary>Once, to the admin who hands it over.</summary>
    public const string TicketShown = "ticket.shown";
    public const string RoleChanged = "role.changed";
    public const string RoleRefused = "role.refused";
    public const string AccountDeleted = "account.deleted";

    /// <summary>An agent wanted more resets and passes than a day's worth.</summary>
    public const string AlarmAgentLimit = "alarm.agent-limit";
    public const string NotMe = "not-me";

    /// <summary>An act that the rank forbids.</summary>
    public const string ActRefused = "act.refused";
    public const string AlarmSecretUnreadable = "alarm.secret-unreadable";
    public const string AlarmRoleSeal = "alarm.role-seal";
    public const string AlarmAddressSeal = "alarm.address-seal";

    /// <summary>Its number is how many rows without a right tag one sealing met.</summary>
    public const string AlarmEventTag = "alarm.event-tag";

    /// <summary>Its number is that of the first bad event; none where that has none.</summary>
    public const string AlarmChainBroken = "alarm.chain-broken";

    /// <summary>The oldest events were removed. Its number is that of the last one.</summary>
    public const string AuditPruned = "audit.pruned";
    public const string KeysCreated = "keys.created";

    /// <summary>The key that signs exports, and what other programs are told.</summary>
    public const string KeysSigningMade = "keys.signing-made";

    /// <summary>Its number is how many keys somebody had added to the ring.</summary>
    public const string KeysAdopted = "keys.adopted";
    public const string KeysMisfit = "keys.misfit";

    /// <summary>A letter that nobody can send. Its number says why: the mail server's reply code, or below 500 a reason of our own.</summary>
    public const string MailSetAside = "mail.set-aside";

    /// <summary>Somebody asked to try letters again. Its number is how many.</summary>
    public const string MailRetried = "mail.retried";

    /// <summary>Several phones disagree with the server's clock. Its number is how many accounts, negative where their phones are slow.</summary>
    public const string AlarmClock = "alarm.clock";

    /// <summary>The kinds that a stranger can cause at will: one event at once, then one a minute for each account, whose number says how many more there were.</summary>
    public static readonly FrozenSet<string> Tallied = FrozenSet.Create(
        StringComparer.Ordinal,
        PasswordWrong,
        PasswordUnknown,
        PasswordWaiting,
        PasswordLinkUnknown,
        PasswordLinkRefused,
        CodeWaiting,
        CodeClosed,
        CodeHeld,
        RecoveryCodeResting,
        TicketWrong,
        AlarmAgentLimit);
}
