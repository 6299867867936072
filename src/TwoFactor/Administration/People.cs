namespace TwoFactor.Administration;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Characters;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;

/// <summary>The state of an account as a list shows it. When several apply, the last one of this list counts.</summary>
public enum AccountState
{
    NotEnrolled,
    Invited,
    Enrolled,
    Waiting,
    Closed,
    Held,
}

/// <summary>One account in a list.</summary>
public sealed record Person(Account Account, AccountState State, HeldBy Held)
{
    internal static Person Of(Account account, UnixTime now) =>
        new(account, PeopleFilter.StateOf(account, now), (HeldBy)account.Held);
}

/// <summary>A page of a list, by key.</summary>
/// <param name="Before">The key for the page before this one; null on the first page.</param>
/// <param name="After">The key for the page after this one; null on the last page.</param>
/// <param name="IsCutOff">Whether more people match the search than are looked through: some may be missing here.</param>
public sealed record PeoplePage(IReadOnlyList<Person> People, string? Before, string? After, bool IsCutOff = false);

/// <summary>One account, as an agent sees it.</summary>
/// <param name="TicketEndsAt">When the open ticket or invitation ends; null when there is none.</param>
/// <param name="PassEndsAt">When an unused pass ends; null when there is none.</param>
/// <param name="IsAltered">Whether somebody changed the account in the database.</param>
public sealed record PersonDetail(
    Person Person, CodeGuard Guard, IReadOnlyList<Authenticator> Authenticators, IReadOnlyList<string> Groups, int Sessions,
    UnixTime? TicketEndsAt, UnixTime? PassEndsAt, bool IsAltered);

/// <summary>
/// Finds people by name, address or state. Pages are keyed by the user name, so they stay correct while the list changes.
/// </summary>
public sealed class People(
    TwoFactorDb database,
    Groups groups,
    SessionManagement sessions,
    AccountSeals seals,
    PeopleLimits limits,
    CoolingOffLimits coolingOff,
    TimeProvider time)
{
    /// <summary>Counts stop here: "1,000+".</summary>
    public const int CountedUpTo = 1000;

    /// <summary>Whether a group is small, read once for all the counts of a page. It decides how a query runs, not what it finds.</summary>
    private readonly Dictionary<string, bool> smallGroups = new(StringComparer.Ordinal);

    /// <summary>The most words that a search looks at.</summary>
    private const int MostWords = 8;

    /// <summary>Sorts after every other character in byte order: it ends the range of a prefix.</summary>
    private const string HighestCharacter = "\U0010FFFF";

    public Task<PeoplePage> ListAsync(string? search, AccountState? state, string? before, string? after, CancellationToken cancellation) =>
        ListAsync(new PeopleFilter(search, state is { } shown ? (Listing)shown : null), before, after, cancellation);

    public async Task<PeoplePage> ListAsync(
        PeopleFilter filter, string? before, string? after, CancellationToken cancellation, int? pageSize = null)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (rows, isCutOff) = await FilterAsync(filter, cancellation);
        var size = pageSize ?? limits.PageSize;
        if (before is not null)
        {
            var page = await rows.Where(row => string.Compare(row.UserName, before) < 0)
                .OrderByDescending(row => row.UserName)
                .Take(size + 1)
                .ToListAsync(cancellation);
            var more = page.Count > size;
            var people = page.Take(size).Reverse().Select(ToPerson).ToList();
            return new PeoplePage(
                people, more ? people[0].Account.UserName : null, people.Count > 0 ? people[^1].Account.UserName : null, isCutOff);
        }

        var onwards = after is null ? rows : rows.Where(row => string.Compare(row.UserName, after) > 0);
        var found = await onwards.OrderBy(row => row.UserName).Take(size + 1).ToListAsync(cancellation);
        var list = found.Take(size).Select(ToPerson).ToList();
        return new PeoplePage(
            list,
            after is not null && list.Count > 0 ? list[0].Account.UserName : null,
            found.Count > size ? list[^1].Account.UserName : null,
            isCutOff);
    }

    /// <summary>How many accounts are in a state, at most one more than <see cref="CountedUpTo"/>.</summary>
    public Task<int> CountAsync(AccountState state, CancellationToken cancellation) =>
        CountAsync(new PeopleFilter(Show: (Listing)state), cancellation);

    /// <inheritdoc cref="CountAsync(AccountState, CancellationToken)"/>
    public async Task<int> CountAsync(PeopleFilter filter, CancellationToken cancellation) =>
        await (await FilterAsync(filter, cancellation)).Rows.OrderBy(row => row.UserName).Select(row => row.UserName).Take(CountedUpTo + 1)
            .CountAsync(cancellation);

    public async Task<PersonDetail?> FindAsync(Guid account, CancellationToken cancellation)
    {
        var row = await Rows().SingleOrDefaultAsync(found => found.Id == account, cancellation);
        if (row is null)
        {
            return null;
        }

        var guard = await database.Set<CodeGuard>().AsNoTracking().SingleAsync(found => found.AccountId == account, cancellation);
        var authenticators = await Authenticator.ActiveOf(database, account)
            .OrderBy(authenticator => authenticator.Number).ToListAsync(cancellation);
        var live = await sessions.ListAsync(account, cancellation);
        var ticket = await EndOfAsync(account, [TicketKinds.Reset, TicketKinds.Invitation], cancellation);
        var pass = await EndOfAsync(account, [TicketKinds.Pass], cancellation);
        return new PersonDetail(
            ToPerson(row), guard, authenticators, await groups.OfAsync(account, cancellation), live.Count, ticket, pass,
            IsAltered: !await seals.IsRightAsync(account, cancellation));
    }

    /// <summary>Whether the mail address was changed so recently that it receives nothing yet.</summary>
    public bool IsMailNew(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return coolingOff.KeepsFormerMail(account, Now);
    }

    /// <summary>Finds a person by user name or mail address; null when there is none.</summary>
    public async Task<Person?> FindByNameAsync(string name, CancellationToken cancellation)
    {
        var row = await NameClaims.FindAsync(database, SignInName.Parse(name), cancellation);
        return row is null ? null : ToPerson(row);
    }

    /// <summary>The display names of accounts.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> accounts, CancellationToken cancellation) =>
        await database.Set<Account>().AsNoTracking().Where(account => accounts.Contains(account.Id))
            .ToDictionaryAsync(account => account.Id, account => account.Name, cancellation);

    /// <summary>The user names of accounts.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> UserNamesAsync(
        IReadOnlyCollection<Guid> accounts, CancellationToken cancellation) =>
        await database.Set<Account>().AsNoTracking().Where(account => accounts.Contains(account.Id))
            .ToDictionaryAsync(account => account.Id, account => account.UserName, cancellation);

    /// <summary>
    /// The accounts that match. The most selective side drives the query: the rarest typed word, or a group while it is small.
    /// </summary>
    internal async Task<(IQueryable<Account> Rows, bool IsCutOff)> FilterAsync(PeopleFilter filter, CancellationToken cancellation)
    {
        var (rows, isCutOff) = await SearchAsync(filter.Search, cancellation);
        if (filter.Group is { } name)
        {
            var members = database.Set<AccountGroup>().Where(group => group.Name == name);
            if (!smallGroups.TryGetValue(name, out var isSmall))
            {
                isSmall = await members.OrderBy(group => group.AccountId).Take(CountedUpTo + 1).CountAsync(cancellation) <= CountedUpTo;
                smallGroups.Add(name, isSmall);
            }

            rows = isSmall
                ? members.Join(rows, group => group.AccountId, row => row.Id, (_, row) => row)
                : rows.Where(row => database.Set<AccountGroup>().Any(group => group.AccountId == row.Id && group.Name == name));
        }

        return (filter.Show is { } shown ? rows.Where(PeopleFilter.Is(shown, Now)) : rows, isCutOff);
    }

    private async Task<(IQueryable<Account> Rows, bool IsCutOff)> SearchAsync(string? search, CancellationToken cancellation)
    {
        if (TypedText.IsBlank(search))
        {
            return (Rows(), false);
        }

        var typed = SearchTerms.Read(search);
        if (typed.Count == 0)
        {
            return (Rows().Where(row => row.UserName == ""), false);
        }

        // Candidates are ordered by word, so a name or address typed in full is among them, however many others begin with it.
        var counted = new List<(string Word, int Count)>();
        foreach (var word in typed.Take(MostWords))
        {
            counted.Add((word, await Beginning(word).OrderBy(found => found.Word).Take(CountedUpTo + 1).CountAsync(cancellation)));
        }

        var (rarest, count) = counted.MinBy(word => word.Count);
        var candidates = Beginning(rarest).OrderBy(word => word.Word).Take(CountedUpTo).Select(word => word.AccountId).Distinct();
        var rows = candidates.Join(Rows(), id => id, row => row.Id, (_, row) => row);
        foreach (var word in typed.Take(MostWords).Where(word => !string.Equals(word, rarest, StringComparison.Ordinal)))
        {
            var end = word + HighestCharacter;
            rows = rows.Where(row => database.Set<AccountSearchTerm>().Any(
                found => found.AccountId == row.Id && string.Compare(found.Word, word) >= 0 && string.Compare(found.Word, end) < 0));
        }

        return (rows, count > CountedUpTo);
    }

    private IQueryable<AccountSearchTerm> Beginning(string word)
    {
        var end = word + HighestCharacter;
        return database.Set<AccountSearchTerm>()
            .Where(found => string.Compare(found.Word, word) >= 0 && string.Compare(found.Word, end) < 0);
    }

    private IQueryable<Account> Rows() => database.Set<Account>().AsNoTracking();

    private Task<UnixTime?> EndOfAsync(Guid account, string[] kinds, CancellationToken cancellation) => ValidTickets.At(database, Now)
        .Where(ticket => ticket.AccountId == account && kinds.Contains(ticket.Kind))
        .MaxAsync(ticket => (UnixTime?)ticket.ExpiresAt, cancellation);

    private UnixTime Now => time.Now();

    private Person ToPerson(Account account) => Person.Of(account, Now);
}
