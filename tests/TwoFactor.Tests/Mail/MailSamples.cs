namespace TwoFactor.Tests.Mail;

using Microsoft.Extensions.Time.Testing;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;

/// <summary>One mail of each kind, as the program writes them.</summary>
internal static class MailSamples
{
    public const string Host = "https://sso.acme.example";

    public static DateTimeOffset Now { get; } = new(2026, 11, 24, 10, 2, 0, TimeSpan.Zero);

    public static Token Proof { get; } = Token.New();

    public static Token NotMe { get; } = Token.New();

    public static MailMessage[] OfEveryKind() => All("Grace Hopper");

    /// <summary>One of each kind; what people type is <paramref name="name"/> wherever it may stand.</summary>
    public static MailMessage[] All(string name)
    {
        var typed = name is "Grace Hopper" ? null : name;
        var layout = new MailLayout(
            new PublicUrl(new Uri(Host)), new Brand(typed ?? "Acme", "Acme", typed ?? "the desk (4711)", null), new FakeTimeProvider(Now));
        var (messages, admins, invitations) = (new OwnerMessages(layout), new AdminMessages(layout), new InvitationMessages(layout));
        var to = new Recipient(Guid.NewGuid(), name, "grace", "grace@acme.example");
        var at = UnixTime.Of(Now);
        var (hour, day, threeDays) = (at + TimeSpan.FromHours(1), at + TimeSpan.FromDays(1), at + TimeSpan.FromDays(3));
        var context = new NotificationContext(to, "Chrome on Android", at, NotMe);
        var facts = new ResetFacts(
            typed ?? "Ada Lovelace", typed ?? "Phone stolen on the train", typed ?? "called back on the number in the directory", at);
        return
        [
            invitations.Invitation(to, Proof, NotMe, day),
            messages.Ticket(to, Proof, day),
            messages.Notice(OwnerNotices.ResetStarted, facts, context),
            admins.ResetNotice(to, typed ?? "Ada Lovelace", "ada", facts),
            messages.Notice(OwnerNotices.NewAuthenticator, typed ?? "Authenticator app", context),
            messages.Notice(OwnerNotices.AuthenticatorRemoved, typed ?? "Pixel 6", context),
            messages.Notice(OwnerNotices.RecoveryCodeUsed, 7, context),
            messages.Notice(OwnerNotices.NewRecoveryCodes, NoDetails.Value, context),
            messages.Notice(OwnerNotices.WrongCodes, 10, context),
            messages.Notice(OwnerNotices.SwitchedOff, NoDetails.Value, context),
            messages.Notice(OwnerNotices.ResetStopped, null, context),
            messages.Notice(OwnerNotices.PasswordChanged, PasswordChangedBy.Session, context),
            messages.Notice(
                OwnerNotices.AddressChanged,
                new ChangedAddress(
                    IsSecond: false, "grace@acme.example", "grace.hopper@acme.example", typed ?? "Ada Lovelace", threeDays),
                context),
            messages.PasswordLink(to, Proof, "Chrome on Android", hour),
            messages.Pass(to, "K7QM-22XD-9RWA-5TJ0", day),
            messages.Notice(OwnerNotices.PassGiven, facts, context),
            messages.Notice(OwnerNotices.PassUsed, NoDetails.Value, context),
            messages.Notice(OwnerNotices.ResetAsked, new AskedHelp(facts, null), context),
            messages.Notice(
                OwnerNotices.ResetStopped, new AgentStop(typed ?? "Ada Lovelace", typed ?? "The wrong Grace", IsFrozen: false), context),
            messages.PasswordLinkFromAgent(to, Proof, typed ?? "Ada Lovelace", hour),
            messages.Notice(OwnerNotices.RoleChanged, new ChangedRole("user", "helpdesk", typed ?? "Ada Lovelace"), context),
            admins.ApprovalWanted(to, typed ?? "Ada Lovelace", "ada", facts, isPass: false, notBefore: null, threeDays),
            admins.RoleNotice(to, typed ?? "Ada Lovelace", "ada", "user", "admin", typed ?? "Bea"),
            messages.AccountDeleted(to, typed ?? "Ada Lovelace"),
            messages.AccountSwitched(to, isOn: false, facts with { Verified = null }),
            messages.AccountSwitched(to, isOn: true, facts with { Verified = null }),
            messages.Notice(OwnerNotices.SessionsEnded, facts with { Verified = null }, context),
            admins.AgentLimit(to, typed ?? "Ada Lovelace", "ada", 20),
            admins.AccountAltered(to, typed ?? "Ada Lovelace", "ada", "person, factors", AlteredState.Refused),
            messages.PasswordSwitchedOff(to, 100),
            messages.AddressLink(to, Proof, "Chrome on Android", day),
            messages.Notice(OwnerNotices.AddressEntered, new EnteredAddress(IsSecond: true, "grace@home.example"), context),
            messages.SignInStopped(to, "Chrome on Android"),
            admins.StopNotice(to, typed ?? "Ada Lovelace", "ada", [typed ?? "Hugo"]),
            invitations.Reminder(to, new InvitationFacts(Proof, NotMe, day)),
            messages.Notice(OwnerNotices.PassAsked, new AskedHelp(facts, day), context),
        ];
    }
}
