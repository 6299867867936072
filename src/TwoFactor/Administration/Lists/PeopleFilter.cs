namespace TwoFactor.Administration.Lists;

using System.Linq.Expressions;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Storage;

/// <summary>Which people a list shows: the six states, and four questions of whoever brings everybody in.</summary>
public enum Listing
{
    NotEnrolled,
    Invited,
    Enrolled,
    Waiting,
    Closed,
    Held,

    /// <summary>Not enrolled, and the date has passed.</summary>
    Late,
    ResetOpen,

    /// <summary>Not enrolled, and never invited.</summary>
    NeverInvited,

    /// <summary>Enrolled, and no recovery code is left.</summary>
    WithoutRecoveryCodes,
}

/// <summary>What a list is cut down to. All three together; null: everybody.</summary>
/// <param name="Search">As typed: each word must begin a word of name, user name or mail address.</param>
/// <param name="Group">In its own spelling.</param>
public sealed record PeopleFilter(string? Search = null, Listing? Show = null, string? Group = null)
{
    /// <summary>As a condition that an index of the accounts answers.</summary>
    internal static Expression<Func<Account, bool>> Is(Listing listing, UnixTime now) => listing switch
    {
        Listing.Held => account => account.Held != 0,
        Listing.Closed => account => account.Held == 0 && account.Closed,
        Listing.Waiting => account => account.Held == 0
            && !account.Closed
            && account.WaitUntil > new UnixTime(0)
            && account.WaitUntil > now,
        Listing.Enrolled => account => account.Held == 0 && !account.Closed && account.EnrolledAt != null && account.WaitUntil <= now,
        Listing.Invited => account => account.Held == 0
            && account.EnrolledAt == null
            && account.InvitedUntil != null
            && account.InvitedUntil > now
            && !account.Closed
            && account.WaitUntil <= now,
        Listing.Late => account => account.Held == 0 && account.EnrolledAt == null && account.EnrollBy != null && account.EnrollBy < now,
        Listing.NeverInvited => account => account.Held == 0 && account.EnrolledAt == null && account.InvitedAt == null,
        Listing.ResetOpen => account => account.Held != 0 && (account.Held & (long)HeldBy.Reset) != 0,
        Listing.WithoutRecoveryCodes => account => account.EnrolledAt != null && account.RecoveryLeft == 0,
        _ => account => account.Held == 0
            && account.EnrolledAt == null
            && (account.InvitedUntil == null || account.InvitedUntil <= now)
            && !account.Closed
            && account.WaitUntil <= now,
    };

    /// <summary>What an agent sees of one at a glance.</summary>
    internal static AccountState StateOf(Account account, UnixTime now) => account switch
    {
        { Held: not 0 } => AccountState.Held,
        { Closed: true } => AccountState.Closed,
        _ when account.WaitUntil > now => AccountState.Waiting,
        { EnrolledAt: not null } => AccountState.Enrolled,
        _ when account.InvitedUntil > now => AccountState.Invited,
        _ => AccountState.NotEnrolled,
    };

    /// <summary>Not enrolled in time.</summary>
    public static bool IsLate(Account account, UnixTime now)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account is { EnrolledAt: null, Held: 0 } && account.EnrollBy < now;
    }
}
