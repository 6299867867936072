namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The text for an agent who unlocks, disables or enables an account, ends its sessions, or sends a password link.</summary>
public static class AccountLockoutText
{
    /// <param name="name">The display name of the account that the agent acts on.</param>
    public static Sentence For(LockoutOutcome outcome, TextContext text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        return outcome switch
        {
            LockoutOutcome.Done => new Sentence("Done."),
            LockoutOutcome.Unchanged => CommonText.Unchanged,
            LockoutOutcome.ReasonMissing => HelpFormText.ReasonMissing,
            LockoutOutcome.RankForbids => CommonText.RankForbids(name),
            LockoutOutcome.NoSuchAccount => CommonText.NoSuchAccount,
            LockoutOutcome.NotWaiting => new Sentence($"{name} is not waiting."),
            LockoutOutcome.UnlockedAlready(var at) => new Sentence($"Unlocked already at {Times.Moment(at)}. It works once a day."),
            LockoutOutcome.GuardClosed => new Sentence(
                CommonText.GuardClosedOf(name), "Unlocking cannot help; a reset can."),
            LockoutOutcome.LastAdmin => CommonText.LastAdmin(name),
            LockoutOutcome.CodeRefused(var verdict) => CodeText.For(verdict, text),
            LockoutOutcome.TooMany(var most) => CommonText.TooManyActs(most),
            LockoutOutcome.TooManyLinks => new Sentence(
                $"{name} was sent {text.Tickets.PasswordLinksAnHour} links within an hour.",
                "They still work. Look in the spam folder, or wait."),
            LockoutOutcome.NotEnrolledYet => CommonText.NotEnrolledYet(name),
            LockoutOutcome.SwitchedOff => CommonText.SwitchOnFirst,
        };
    }
}
