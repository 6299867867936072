namespace TwoFactor.Web.Text;

using TwoFactor.Authenticators;

/// <summary>Sentences that several outcomes share.</summary>
public static class CommonText
{
    public static Sentence FormTooOld => new("This page was open too long, or in another tab. Nothing was changed.");

    public static Sentence StartAgain => new(
        "This sign-in took too long, or you began another in a second tab.", "Nothing on your account has changed. Start again.");

    /// <summary>Something else about the account changed while its owner was at a form.</summary>
    public static Sentence SignInChanged => new("Your sign-in was changed meanwhile.", "Nothing was changed here. Sign in again.");

    /// <summary>What was asked for was so before.</summary>
    public static Sentence Unchanged => new("It was so already. Nothing was changed.");

    /// <summary>What a closed guard means for its owner.</summary>
    public static string GuardClosed => "Your authenticator was switched off after many wrong codes.";

    public static Sentence ProofNeeded => new("Confirm it is you first.", "Nothing was changed.");

    public static Sentence NoSuchAccount => new("There is no such account.", Status: StatusCodes.Status404NotFound);

    /// <summary>An agent reached the daily limit.</summary>
    public static Sentence TooManyActs(int most) => new(
        $"You have started {most} resets, passes and switch-offs in 24 hours.",
        "More are refused until tomorrow, and the admins are told. Somebody else can help, or the command line on the server.",
        Status: StatusCodes.Status403Forbidden);

    public static Sentence CookieLost(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence($"Your browser did not keep our cookie, so we cannot sign you in. Allow cookies for {text.PublicUrl.Host}.");
    }

    public static Sentence KeyMissing(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            "We cannot check codes just now. Your code was not checked and nothing was counted.",
            $"Try again later, or contact {text.Support}.",
            Status: StatusCodes.Status503ServiceUnavailable,
            RetryAfterSeconds: Failure.KeyRingRetrySeconds);
    }

    public static Sentence OutOfTries(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            $"{Numbers.InWords(text.Sessions.TriesPerSignIn)} codes did not work.", "To be safe, start again with your password.");
    }

    /// <summary>Too many passwords are being hashed.</summary>
    public static Sentence Busy(TextContext text, string nothingWasDone = "Your password was not checked.")
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            $"Many people are signing in just now. Wait {text.Passwords.BusyRetryAfterSeconds} seconds and try again.",
            nothingWasDone,
            Status: StatusCodes.Status503ServiceUnavailable,
            RetryAfterSeconds: text.Passwords.BusyRetryAfterSeconds);
    }

    public static Sentence Held(HeldBy why, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return why.First() switch
        {
            HeldBy.Disabled => SwitchedOff(text),
            HeldBy.Reset => new Sentence(
                "The help desk started a reset of your sign-in.", "Start again with your password."),
            _ => new Sentence("Your sign-in was stopped because somebody said a change was not theirs.", $"Please contact {text.Support}."),
        };
    }

    public static Sentence SwitchedOff(TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence("Your account is switched off.", $"Please contact {text.Support}.");
    }

    public static Sentence Frozen(DateTimeOffset since, TextContext text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Sentence(
            $"Your sign-in was stopped on {Times.Moment(since)} because somebody said a change was not theirs.",
            $"Please contact {text.Support}.");
    }

    /// <summary>What a closed guard means for an agent who wants to help its owner.</summary>
    public static string GuardClosedOf(string name) => $"{name}'s authenticator was switched off after many wrong codes.";

    /// <summary>An agent wants to do what only an enrolled account can be helped with.</summary>
    public static Sentence NotEnrolledYet(string name) => new($"{name} has not enrolled yet.", "Send a new invitation instead.");

    /// <summary>An agent wants to mail somebody whose account is disabled.</summary>
    public static Sentence SwitchOnFirst => new("This account is switched off.", "Switch it on first.");

    public static Sentence RankForbids(string name) =>
        new($"Only somebody with a higher role can change {name}.", Status: StatusCodes.Status403Forbidden);

    public static Sentence LastAdmin(string name) => new($"{name} is the last admin who can sign in.", "Make another one first.");
}
