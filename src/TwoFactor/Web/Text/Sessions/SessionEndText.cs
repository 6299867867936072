namespace TwoFactor.Web.Text.Sessions;

using System.Collections.Frozen;
using TwoFactor.Audit;
using TwoFactor.Sessions;

/// <summary>The text of why somebody is asked to sign in again.</summary>
public static class SessionEndText
{
    private static readonly FrozenDictionary<string, string> Causes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [AuditKinds.PasswordSet] = "a new password was set",
        [AuditKinds.AddressChanged] = "a mail address was changed",
        [AuditKinds.EnrollmentConfirmed] = "a new authenticator was added",
        [AuditKinds.AuthenticatorAdded] = "a new authenticator was added",
        [AuditKinds.AuthenticatorRemoved] = "an authenticator was removed",
        [AuditKinds.RecoveryCodesSaved] = "new recovery codes were saved",
        [AuditKinds.ResetApproved] = "a reset of your sign-in was started",
        [AuditKinds.ResetCancelled] = "a reset of your sign-in was stopped",
        [AuditKinds.AccountDisabled] = "your account was switched off",
        [AuditKinds.AccountEnabled] = "your account was switched off and on again",
        [AuditKinds.NotMe] = "somebody said that a change was not theirs",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The kinds of events that end sessions.</summary>
    public static IReadOnlyCollection<string> EndingKinds => Causes.Keys;

    /// <summary>The text for a parked session.</summary>
    public static string Away => "You were away for a while. Enter your password to go on.";

    /// <param name="cause">The newest event that ended sessions; null when none is known.</param>
    public static string For(SessionEnd why, AuditRow? cause, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return why switch
        {
            SessionEnd.Idle => $"You were signed out after {Numbers.Minutes(text.Sessions.IdleMinutes)} without use.",
            SessionEnd.TooOld => $"You were signed out: a sign-in lasts {text.Sessions.LifetimeHours} hours.",
            SessionEnd.Ended => "You were signed out from another browser.",
            _ when cause is not null =>
                $"You were signed out because {Causes[cause.Kind]} on {Times.Moment(cause.At.ToDateTimeOffset())}. "
                    + $"Not you? Contact {text.Support}.",
            _ => $"You were signed out because your sign-in was changed. Not you? Contact {text.Support}.",
        };
    }
}
