namespace TwoFactor.Web.Text;

using TwoFactor.Administration;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Sessions.SelfService;

/// <summary>Recovery codes, proofs, and the owner's own phones.</summary>
public sealed partial class Outcomes
{
    public Sentence NotSavedYet => new("One thing is missing", "Save the codes, then say so here.");

    public Sentence BusyMaking => Busy with { Text = "No codes were made." };

    private static Sentence RecoveryCodesOver => new("There is nothing to save any more.", "Nothing was changed. Make new codes.");

    private Sentence? ForRecovery(RecoveryVerdict verdict) => verdict switch
    {
        RecoveryVerdict.Wrong => new Sentence(
            "That recovery code did not work", "It has 16 letters and digits, like K7QM-22XD-9RWA-5TJ0"),
        RecoveryVerdict.Used => new Sentence("That recovery code was already used", "Cross it out and take another."),
        RecoveryVerdict.PassWhileClosed => new Sentence(
            "Your authenticator was switched off after many wrong codes.", $"A pass cannot help now. Use a recovery code, or contact {Support}."),
        RecoveryVerdict.PassOver(var at, true) => new Sentence("That pass was already used", $"On {Times.Moment(at)}. Was that not you? Contact {Support} now."),
        RecoveryVerdict.PassOver => new Sentence("That pass works no longer", $"Contact {Support} for a new one. It was not counted."),
        RecoveryVerdict.LooksLikeCode => new Sentence("This looks like a code from your app", "Enter it by the link below. It was not counted."),
        RecoveryVerdict.Resting(var until) => new Sentence(
            $"Too many wrong recovery codes. Try again at {Times.ShortClock(until)}.", "A code from your app works as before."),
        RecoveryVerdict.Held(var why) => ForHeld(why),
        RecoveryVerdict.StartAgain => StartAgain,
        RecoveryVerdict.Busy => Busy with { Text = "Your recovery code was not checked." },
        RecoveryVerdict.KeyMissing => KeyMissing,
        _ => null,
    };

    /// <summary>A proof has no try to count down, and no sign-in to begin again.</summary>
    private Sentence? ForProof(CodeVerdict verdict) => verdict switch
    {
        CodeVerdict.StartAgain => new Sentence("Your sign-in was changed meanwhile.", "Nothing was changed here. Sign in again."),
        CodeVerdict.Closed => new Sentence(
            "Your authenticator was switched off after many wrong codes.", $"Sign out, and sign in again with a recovery code. Have none? Contact {Support}."),
        _ => ForCode(verdict, null),
    };

    private Sentence? ForPhone(OwnAuthenticatorOutcome answer) => answer switch
    {
        OwnAuthenticatorOutcome.OnlyOne => new Sentence("This is your only authenticator.", "Add another one first, then remove this."),
        OwnAuthenticatorOutcome.ChangedMeanwhile => ForProof(new CodeVerdict.StartAgain()),
        OwnAuthenticatorOutcome.TooMany(var most) => new Sentence($"You have {Numbers.InWords(most).ToLowerInvariant()} authenticators, and that is the most.", "Remove one first."),
        OwnAuthenticatorOutcome.LabelTaken(var label) => new Sentence("Choose another name", $"You already have an authenticator named {label}. Choose another name."),
        OwnAuthenticatorOutcome.LabelEmpty => new Sentence("Choose a name", $"A name has 1 to {OwnAuthenticators.LongestLabel} characters, like Pixel 8."),
        OwnAuthenticatorOutcome.NotFound => new Sentence("There is no such authenticator.", Status: StatusCodes.Status404NotFound),
        OwnAuthenticatorOutcome.ProofNeeded => new Sentence("Confirm it is you first.", "Nothing was changed."),
        OwnAuthenticatorOutcome.KeyMissing => KeyMissing,
        _ => null,
    };

    private Sentence? ForAddress(AddressOutcome answer) => answer switch
    {
        AddressOutcome.FirstNotAnAddress or AddressOutcome.SecondNotAnAddress => ForInvite(new InviteOutcome.MailNotAllowed()),
        AddressOutcome.SameTwice => new Sentence("Choose another second address", "Both are the same. Leave this empty, or enter another one."),
        AddressOutcome.Taken(var mail) => ForInvite(new InviteOutcome.MailTaken(mail)),
        AddressOutcome.ProofNeeded => ForPhone(new OwnAuthenticatorOutcome.ProofNeeded()),
        AddressOutcome.Altered => new Sentence(
            "Your mail addresses were altered in the database.", "Nothing was changed, and no link is sent to them. Whoever runs this server can find out by audit verify, and set them right.", Status: Forbidden),
        AddressOutcome.ChangedMeanwhile => ForProof(new CodeVerdict.StartAgain()),
        _ => null,
    };

    /// <summary>A session that only repairs has no other proof.</summary>
    public Sentence RecoveryProofOver => new(
        "Codes of your app are switched off, so none can confirm this.",
        $"Nothing was changed. For {Numbers.Minutes(sessions.RecoveryProofMinutes)} after a sign-in with a recovery code, you can set up a new authenticator, make new recovery codes and change the password. Sign in again with another one.");
}
