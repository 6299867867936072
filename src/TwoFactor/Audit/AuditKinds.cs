namespace TwoFactor.Audit;

/// <summary>
/// Every kind of event: the word that is stored in its row, and the text that people read. A constant has the name of its word, and a
/// word never gets a second meaning. A new kind needs one entry here, a row in docs/audit.md, and a story that records it.
/// </summary>
public static class AuditKinds
{
    [AuditKind("Invited")] public const string AccountInvited = "account.invited";
    [AuditKind("Invitation sent")] public const string AccountInvitationSent = "account.invitation-sent";
    [AuditKind("Account ready to use")] public const string AccountEnrolled = "account.enrolled";
    [AuditKind("Unlocked")] public const string AccountUnlocked = "account.unlocked";
    [AuditKind("Switched off")] public const string AccountDisabled = "account.disabled";
    [AuditKind("Switched on")] public const string AccountEnabled = "account.enabled";
    [AuditKind("All sessions ended by an admin")] public const string AccountSessionsEnded = "account.sessions-ended";
    [AuditKind("Imported")] public const string AccountImported = "account.imported";

    /// <summary>Its number is how many accounts it adds or changes, its detail the import's id.</summary>
    [AuditKind("Import begun")]
    public const string ImportStarted = "import.started";

    /// <summary>All of it is there. Number and detail are those of its beginning.</summary>
    [AuditKind("Import done")]
    public const string ImportDone = "import.done";

    /// <summary>Nothing of it is there. Its number is the line that could not be written, its detail the import's id and why.</summary>
    [AuditKind("Import undone")]
    public const string ImportUndone = "import.undone";

    /// <summary>By an admin, the console or an import; its detail says what.</summary>
    [AuditKind("Account changed")] public const string AccountChanged = "account.changed";
    [AuditKind("Reminder sent")] public const string AccountReminded = "account.reminded";

    /// <summary>Its number is how many there are now, its detail their names.</summary>
    [AuditKind("Groups changed")] public const string AccountGroupsChanged = "account.groups-changed";

    /// <summary>Its detail is the day, or "none".</summary>
    [AuditKind("Date to enroll by set")] public const string AccountDeadlineSet = "account.deadline-set";

    /// <summary>Its detail is the group and the day.</summary>
    [AuditKind("Group’s date to enroll by set")] public const string GroupDeadlineSet = "group.deadline-set";
    [AuditKind("Password set")] public const string PasswordSet = "password.set";

    /// <summary>The same password under a hash that costs more, at a sign-in.</summary>
    [AuditKind("Password hashed anew")] public const string PasswordRehashed = "password.rehashed";
    [AuditKind("Wrong password", IsRefusal = true, IsTallied = true)] public const string PasswordWrong = "password.wrong";
    [AuditKind("Password for an unknown name", IsRefusal = true, IsTallied = true)]
    public const string PasswordUnknown = "password.unknown";
    [AuditKind("Password while waiting", IsRefusal = true, IsTallied = true)] public const string PasswordWaiting = "password.waiting";

    /// <summary>After many wrong ones in a row from unknown browsers. Its number is how many.</summary>
    [AuditKind("Password switched off in unknown browsers", IsRefusal = true)]
    public const string PasswordSwitchedOff = "password.switched-off";

    /// <summary>By a full sign-in from a known browser, or a link for a new password.</summary>
    [AuditKind("Password works in unknown browsers again")] public const string PasswordSwitchedOn = "password.switched-on";
    [AuditKind("Link for a new password made")] public const string PasswordLinkMade = "password-link.made";
    [AuditKind("Link for a new password mailed")] public const string PasswordLinkSent = "password-link.sent";
    [AuditKind("New password asked for an unknown name", IsRefusal = true, IsTallied = true)]
    public const string PasswordLinkUnknown = "password-link.unknown";

    /// <summary>A link was asked for too often, or for an account that gets none.</summary>
    [AuditKind("New password asked for, and no mail sent", IsRefusal = true, IsTallied = true)]
    public const string PasswordLinkRefused = "password-link.refused";
    [AuditKind("Signed in")] public const string SignInCompleted = "sign-in.completed";
    [AuditKind("Sign-in refused: account on hold", IsRefusal = true)] public const string SignInRefusedHeld = "sign-in.refused-held";
    [AuditKind("Signed out")] public const string SignedOut = "signed-out";
    [AuditKind("Session ended")] public const string SessionEnded = "session.ended";

    /// <summary>A parked session was resumed with the password alone.</summary>
    [AuditKind("Went on with the password")] public const string SessionResumed = "session.resumed";

    /// <summary>Its number is 1 for the first address, 2 for the second. It counts once its link was opened.</summary>
    [AuditKind("New mail address entered")] public const string AddressEntered = "address.entered";

    /// <summary>Its number is 1 for the first address, 2 for the second.</summary>
    [AuditKind("Mail address changed")] public const string AddressChanged = "address.changed";

    /// <summary>Its number is the same as for a change. "Not me" restored the former address.</summary>
    [AuditKind("Mail address put back")] public const string AddressPutBack = "address.put-back";

    /// <summary>Its number is the offset in time steps at which the code would fit; negative when the phone is slow.</summary>
    [AuditKind("Wrong code", IsRefusal = true)] public const string CodeWrong = "code.wrong";
    [AuditKind("Code already used", IsRefusal = true)] public const string CodeSpent = "code.spent";
    [AuditKind("Code while waiting", IsRefusal = true, IsTallied = true)] public const string CodeWaiting = "code.waiting";
    [AuditKind("Code for an authenticator that is switched off", IsRefusal = true, IsTallied = true)]
    public const string CodeClosed = "code.closed";
    [AuditKind("Code refused: account on hold", IsRefusal = true, IsTallied = true)] public const string CodeHeld = "code.held";
    [AuditKind("Waiting after wrong codes", IsRefusal = true)] public const string GuardWaiting = "guard.waiting";
    [AuditKind("Authenticator switched off after many wrong codes", IsRefusal = true)] public const string GuardClosed = "guard.closed";

    /// <summary>Its number is how many of the set are left.</summary>
    [AuditKind("Recovery code used")] public const string RecoveryCodeUsed = "recovery-code.used";
    [AuditKind("Wrong recovery code", IsRefusal = true)] public const string RecoveryCodeWrong = "recovery-code.wrong";
    [AuditKind("Recovery code while they rest", IsRefusal = true, IsTallied = true)]
    public const string RecoveryCodeResting = "recovery-code.resting";
    [AuditKind("New recovery codes shown")] public const string RecoveryCodesShown = "recovery-codes.shown";
    [AuditKind("New recovery codes saved")] public const string RecoveryCodesSaved = "recovery-codes.saved";
    [AuditKind("Confirmed with a code")] public const string ProofGiven = "proof.given";
    [AuditKind("QR code shown")] public const string EnrollmentStarted = "enrollment.started";
    [AuditKind("QR code replaced by a new one")] public const string EnrollmentReplaced = "enrollment.replaced";
    [AuditKind("Wrong code for a new QR code", IsRefusal = true)] public const string EnrollmentWrongCode = "enrollment.wrong-code";
    [AuditKind("Authenticator set up")] public const string EnrollmentConfirmed = "enrollment.confirmed";

    /// <summary>A further authenticator was added; the others stay.</summary>
    [AuditKind("Authenticator added")] public const string AuthenticatorAdded = "authenticator.added";
    [AuditKind("Authenticator removed")] public const string AuthenticatorRemoved = "authenticator.removed";
    [AuditKind("Authenticator renamed")] public const string AuthenticatorRenamed = "authenticator.renamed";
    [AuditKind("Ticket accepted")] public const string TicketAccepted = "ticket.accepted";
    [AuditKind("Wrong ticket", IsRefusal = true, IsTallied = true)] public const string TicketWrong = "ticket.wrong";
    [AuditKind("Reset started")] public const string ResetApproved = "reset.approved";
    [AuditKind("Reset stopped")] public const string ResetCancelled = "reset.cancelled";
    [AuditKind("Reset refused", IsRefusal = true)] public const string ResetRefused = "reset.refused";

    /// <summary>The reset needs a second person or a notice period: nothing is held yet.</summary>
    [AuditKind("Reset asked for")] public const string ResetAsked = "reset.asked";
    [AuditKind("Pass asked for")] public const string PassAsked = "pass.asked";
    [AuditKind("Pass given")] public const string PassGiven = "pass.given";
    [AuditKind("Pass used")] public const string PassUsed = "pass.used";

    /// <summary>By the second person. The one of the two who is an admin hands the ticket or pass over.</summary>
    [AuditKind("Approved by a second person")] public const string RequestApproved = "request.approved";

    /// <summary>Nobody approved it, or handed over, in time.</summary>
    [AuditKind("Request ended: its time was over")] public const string RequestExpired = "request.expired";
    [AuditKind("Request stopped")] public const string RequestCancelled = "request.cancelled";

    /// <summary>Once, to the admin who hands it over.</summary>
    [AuditKind("Ticket or pass shown, to be handed over")] public const string TicketShown = "ticket.shown";
    [AuditKind("Role changed")] public const string RoleChanged = "role.changed";
    [AuditKind("Role change refused", IsRefusal = true)] public const string RoleRefused = "role.refused";

    /// <summary>From now on no set-up link opens anything.</summary>
    [AuditKind("Set-up completed")] public const string SetupCompleted = "setup.completed";
    [AuditKind("Account deleted")] public const string AccountDeleted = "account.deleted";

    /// <summary>An agent asked for more resets and passes than the limit of one day.</summary>
    [AuditKind("Alarm: too many resets by one agent", IsRefusal = true, IsTallied = true)]
    public const string AlarmAgentLimit = "alarm.agent-limit";
    [AuditKind("“Not me”: sign-in stopped")] public const string NotMe = "not-me";

    /// <summary>An act that the role of the agent does not allow.</summary>
    [AuditKind("Not allowed for this role", IsRefusal = true)] public const string ActRefused = "act.refused";
    [AuditKind("Alarm: a secret was exchanged or altered", IsRefusal = true)]
    public const string AlarmSecretUnreadable = "alarm.secret-unreadable";

    /// <summary>Rows of the account are not those that were sealed; its detail says which. It is answered like a disabled one.</summary>
    [AuditKind("Alarm: an account was altered in the database", IsRefusal = true, IsTallied = true)]
    public const string AlarmAltered = "alarm.altered";

    /// <summary>On the console: the rows that somebody altered count as they stand. Its detail says what did not fit.</summary>
    [AuditKind("Altered account accepted as it stands")] public const string AccountRewritten = "account.rewritten";

    /// <summary>Its number is how many rows with a wrong tag one run of the sealer found.</summary>
    [AuditKind("Alarm: an event was forged in the database", IsRefusal = true)] public const string AlarmEventTag = "alarm.event-tag";

    /// <summary>Its number is the sequence number of the first bad event; none when that event has no number.</summary>
    [AuditKind("Alarm: the chain of events is broken", IsRefusal = true)] public const string AlarmChainBroken = "alarm.chain-broken";

    /// <summary>It is right again: before that no event could be written. Its number is how many objects differed.</summary>
    [AuditKind("Alarm: the schema of the database was changed", IsRefusal = true)] public const string AlarmSchema = "alarm.schema";

    /// <summary>A list of accounts left as a CSV file. Its number is how many, its detail what the list was filtered by.</summary>
    [AuditKind("List of accounts downloaded")] public const string AccountsExported = "accounts.exported";

    /// <summary>Events left as a file. Its number is how many, its detail what they were filtered by.</summary>
    [AuditKind("Audit log downloaded")] public const string AuditExported = "audit.exported";

    /// <summary>The oldest events were removed. Its number is that of the last one.</summary>
    [AuditKind("Oldest events removed")] public const string AuditPruned = "audit.pruned";
    [AuditKind("Key ring made")] public const string KeysCreated = "keys.created";

    /// <summary>The key that signs exports, and answers to other programs.</summary>
    [AuditKind("Signing key made")] public const string KeysSigningMade = "keys.signing-made";

    /// <summary>Its number is how many keys somebody had added to the ring.</summary>
    [AuditKind("Key added to the ring")] public const string KeysAdopted = "keys.adopted";
    [AuditKind("Key ring does not fit", IsRefusal = true)] public const string KeysInconsistent = "keys.inconsistent";

    /// <summary>A message cannot be delivered. Its number says why: the server's reply code, or below 500 a reason of our own.</summary>
    [AuditKind("Mail not sent", IsRefusal = true)] public const string MailSetAside = "mail.set-aside";

    /// <summary>Somebody asked to send messages again. Its number is how many.</summary>
    [AuditKind("Unsent mail tried again")] public const string MailRetried = "mail.retried";

    /// <summary>Phones of several accounts disagree with our clock. Its number is how many; negative when the phones are slow.</summary>
    [AuditKind("Alarm: phones and the server's clock disagree", IsRefusal = true)] public const string AlarmClock = "alarm.clock";
}
