namespace TwoFactor.Administration.Lists;

using System.Linq.Expressions;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Storage;

/// <summary>Which people a list shows: the six account states, and four lists for whoever enrolls everybody.</summary>
public enum Listing
{
    NotEnrolled,
    Invited,
    Enrolled,
    Waiting,
    Closed,
    Held,

    /// <summary>Not enrolled although the date has passed.</summary>
    Late,
    ResetOpen,

    /// <summary>Not enrolled, and never invited.</summary>
    NeverInvited,

    /// <summary>Enrolled, and no recovery code is left.</summary>
    WithoutRecoveryCodes,
}

/// <summary>The filter of a list. All conditions must match; a null matches everybody.</summary>
/// <param name="Search">The search as typed: each of its words must begin a word of the name, user name or mail address.</param>
/// <param name="Group">The group, in its own spelling.</param>
public sealed record PeopleFilter(string? Search = null, Listing? Show = null, string? Group = null)
{
    /// <summary>The condition of a listing, written so that an index of the accounts answers it.</summary>
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

    /// <summary>The state of an account, as a list shows it.</summary>
    internal static AccountState StateOf(Account account, UnixTime now) => account switch
    {
        { Held: not 0 } => AccountState.Held,
        { Closed: true } => AccountState.Closed,
        _ when account.WaitUntil > now => AccountState.Waiting,
        { EnrolledAt: not null } => AccountState.Enrolled,
        _ when account.InvitedUntil > now => AccountState.Invited,
        _ => AccountState.NotEnrolled,
    };

    /// <summary>Whether an account is late: not enrolled, and its date has passed.</summary>
    public static bool IsLate(Account account, UnixTime now)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account is { EnrolledAt: null, Held: 0 } && account.EnrollBy < now;
    }
}
