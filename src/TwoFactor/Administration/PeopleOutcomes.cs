namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The answer to an agent who invites.</summary>
public abstract record InviteOutcome : IOutcome
{
    private InviteOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Invited(Account Account, Token Invitation, DateTimeOffset EndsAt) : InviteOutcome(commits: true);

    public sealed record NameNotAllowed() : InviteOutcome(commits: false);

    public sealed record MailNotAllowed() : InviteOutcome(commits: false);

    public sealed record NameTaken(string UserName) : InviteOutcome(commits: false);

    public sealed record MailTaken(string Mail) : InviteOutcome(commits: false);

    public sealed record GroupNotAllowed() : InviteOutcome(commits: false);

    public sealed record DateNotAllowed() : InviteOutcome(commits: false);

    /// <summary>The agent is not an admin, or not any more.</summary>
    public sealed record NotForThisRole() : InviteOutcome(commits: true);

    /// <summary>A role above user needs a fresh code of the agent first.</summary>
    public sealed record ProofNeeded() : InviteOutcome(commits: false);

    public sealed record NoSuchAccount() : InviteOutcome(commits: false);

    /// <summary>An enrolled account gets a reset, not an invitation.</summary>
    public sealed record EnrolledAlready() : InviteOutcome(commits: false);

    public sealed record SwitchedOff() : InviteOutcome(commits: false);

    public sealed record RankForbids(string Name) : InviteOutcome(commits: true);

    /// <summary>The stored role or addresses do not match their seal: somebody changed them in the database.</summary>
    public sealed record Altered(string Name) : InviteOutcome(commits: true);
}

/// <summary>The answer to an owner whose invitation is over.</summary>
public abstract record ResendOutcome : IOutcome
{
    private ResendOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    public sealed record Sent() : ResendOutcome(commits: true);

    public sealed record TooOften() : ResendOutcome(commits: false);

    public sealed record NotPossible() : ResendOutcome(commits: true);
}

/// <summary>What a link to a form with a new password leads to.</summary>
public abstract record LinkState
{
    private LinkState()
    {
    }

    public sealed record Open(Account Account) : LinkState;

    /// <summary>The link has expired.</summary>
    public sealed record Ended(DateTimeOffset At) : LinkState;

    public sealed record Used(DateTimeOffset At) : LinkState;

    /// <summary>A newer one took its place, or it was stopped.</summary>
    public sealed record Replaced(DateTimeOffset At) : LinkState;

    public sealed record Unknown : LinkState;
}

/// <summary>The answer to a form with a new password.</summary>
public abstract record AcceptOutcome : IOutcome
{
    private AcceptOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <summary>The password is set; the QR code is bound to this browser.</summary>
    public sealed record EnrollmentOpened(Token Owner) : AcceptOutcome(commits: true);

    /// <summary>The password is set, and the app that the person has works with it: nothing is to be scanned.</summary>
    public sealed record AppKept() : AcceptOutcome(commits: true);

    public sealed record PasswordRefused(NewPassword Why) : AcceptOutcome(commits: false);

    /// <summary>The name or address of a first admin is not allowed or taken.</summary>
    public sealed record NameRefused(InviteOutcome Why) : AcceptOutcome(commits: false);

    /// <summary>The link no longer works.</summary>
    public sealed record LinkOver() : AcceptOutcome(commits: false);

    /// <summary>The key ring does not match the database. The answer is 503.</summary>
    public sealed record KeyMissing() : AcceptOutcome(commits: false);
}

/// <summary>The answer to a new password by a link.</summary>
public abstract record PasswordLinkOutcome : IOutcome
{
    private PasswordLinkOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <summary>The password is set. It opens nothing by itself: the next sign-in asks for the code.</summary>
    public sealed record Changed(DeviceTokens Device) : PasswordLinkOutcome(commits: true);

    public sealed record PasswordRefused(NewPassword Why) : PasswordLinkOutcome(commits: false);

    public sealed record LinkOver() : PasswordLinkOutcome(commits: false);
}
