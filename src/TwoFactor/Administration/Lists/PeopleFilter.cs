namespace TwoFactor.Administration.Lists;

using System.Collections.Frozen;
using System.Linq.Expressions;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
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
    /// <summary>
    /// Whom each list shows. The six states exclude each other. The conditions are written so that an index answers them.
    /// </summary>
    private static readonly FrozenDictionary<Listing, RowRule<Account>> Rules = new Dictionary<Listing, RowRule<Account>>
    {
        [Listing.NotEnrolled] = new((account, now) => account.Held == 0
            && account.EnrolledAt == null
            && (account.InvitedUntil == null || account.InvitedUntil <= now)
            && !account.Closed
            && account.WaitUntil <= now),
        [Listing.Invited] = new((account, now) => account.Held == 0
            && account.EnrolledAt == null
            && account.InvitedUntil != null
            && account.InvitedUntil > now
            && !account.Closed
            && account.WaitUntil <= now),
        [Listing.Enrolled] = new(
            (account, now) => account.Held == 0 && !account.Closed && account.EnrolledAt != null && account.WaitUntil <= now),
        [Listing.Waiting] = new((account, now) => account.Held == 0
            && !account.Closed
            && account.WaitUntil > new UnixTime(0)
            && account.WaitUntil > now),
        [Listing.Closed] = new((account, _) => account.Held == 0 && account.Closed),
        [Listing.Held] = new((account, _) => account.Held != 0),
        [Listing.Late] = new((account, now) => account.Held == 0
            && account.EnrolledAt == null
            && account.EnrollBy != null
            && account.EnrollBy < now),
        [Listing.ResetOpen] = new((account, _) => account.Held != 0 && (account.Held & (long)HeldBy.Reset) != 0),
        [Listing.NeverInvited] = new((account, _) => account.Held == 0 && account.EnrolledAt == null && account.InvitedAt == null),
        [Listing.WithoutRecoveryCodes] = new((account, _) => account.EnrolledAt != null && account.RecoveryLeft == 0),
    }.ToFrozenDictionary();

    /// <summary>The condition of a list.</summary>
    internal static Expression<Func<Account, bool>> Is(Listing listing, UnixTime now) => Rules[listing].At(now);

    /// <summary>The condition for everybody whom a list does not show.</summary>
    internal static Expression<Func<Account, bool>> IsNot(Listing listing, UnixTime now) => Rules[listing].NotAt(now);

    /// <summary>The state of an account, as a list shows it.</summary>
    internal static AccountState StateOf(Account account, UnixTime now) =>
        Enum.GetValues<AccountState>().First(state => Rules[(Listing)state].Holds(account, now));

    /// <summary>Whether an account is late: not enrolled, and its date has passed.</summary>
    public static bool IsLate(Account account, UnixTime now) => Rules[Listing.Late].Holds(account, now);
}
