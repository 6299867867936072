namespace TwoFactor.Administration;

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What an agent sees of an account at a glance. Of several, the last in this list counts.</summary>
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
public sealed record Person(Account Account, AccountState State, HeldBy Held);

/// <summary>A page of a list, by key.</summary>
/// <param name="Before">The key for the page before this one; null: this is the first.</param>
/// <param name="After">The key for the page after this one; null: this is the last.</param>
public sealed record PeoplePage(IReadOnlyList<Person> People, string? Before, string? After);

/// <summary>One account, as an agent sees it.</summary>
/// <param name="TicketEndsAt">When the open ticket or invitation ends, in Unix seconds; null: there is none.</param>
public sealed record PersonDetail(Person Person, CodeGuard Guard, IReadOnlyList<Authenticator> Authenticators, int Sessions, long? TicketEndsAt);

/// <summary>Finds people: by name, address or state, in pages that go by the user name and so stay true while the list changes.</summary>
public sealed class People(TwoFactorDb database, OwnSessions sessions, PeopleLimits limits, TimeProvider time)
{
    /// <summary>Counts stop here: "1,000+".</summary>
    public const int CountedUpTo = 1000;

    public async Task<PeoplePage> ListAsync(
        string? search, AccountState? state, string? before, string? after, CancellationToken cancellation)
    {
        var rows = Filter(search, state);
        var size = limits.PageSize;
        if (before is not null)
        {
            var page = await rows.Where(row => string.Compare(row.Account.UserName, before) < 0)
                .OrderByDescending(row => row.Account.UserName).Take(size + 1).ToListAsync(cancellation);
            var more = page.Count > size;
            var people = page.Take(size).Reverse().Select(ToPerson).ToList();
            return new PeoplePage(people, more ? people[0].Account.UserName : null, people.Count > 0 ? people[^1].Account.UserName : null);
        }

        var onwards = after is null ? rows : rows.Where(row => string.Compare(row.Account.UserName, after) > 0);
        var found = await onwards.OrderBy(row => row.Account.UserName).Take(size + 1).ToListAsync(cancellation);
        var list = found.Take(size).Select(ToPerson).ToList();
        return new PeoplePage(
            list,
            after is not null && list.Count > 0 ? list[0].Account.UserName : null,
            found.Count > size ? list[^1].Account.UserName : null);
    }

    /// <summary>How many accounts are in a state, at most one more than <see cref="CountedUpTo"/>.</summary>
    public Task<int> CountAsync(AccountState state, CancellationToken cancellation) =>
        Filter(null, state).Take(CountedUpTo + 1).CountAsync(cancellation);

    public async Task<PersonDetail?> FindAsync(Guid account, CancellationToken cancellation)
    {
        var row = await Rows().SingleOrDefaultAsync(found => found.Account.Id == account, cancellation);
        if (row is null)
        {
            return null;
        }

        var authenticators = await database.Set<Authenticator>().AsNoTracking()
            .Where(authenticator => authenticator.AccountId == account && authenticator.State == AuthenticatorStates.Active)
            .OrderBy(authenticator => authenticator.Number).ToListAsync(cancellation);
        var live = row.Guard.Held == HeldBy.None ? await sessions.ListAsync(account, row.Guard.Epoch, cancellation) : [];
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var ends = await database.Set<Ticket>()
            .Where(ticket => ticket.AccountId == account && (ticket.Kind == TicketKinds.Reset || ticket.Kind == TicketKinds.Invitation)
                && ticket.UsedAt == null && ticket.ExpiresAt > now && ticket.Epoch == row.Guard.Epoch)
            .MaxAsync(ticket => (long?)ticket.ExpiresAt, cancellation);
        return new PersonDetail(ToPerson(row), row.Guard, authenticators, live.Count, ends);
    }

    /// <summary>By name or mail address; null: nobody.</summary>
    public async Task<Person?> FindByNameAsync(string name, CancellationToken cancellation)
    {
        var row = SignInName.Read(name) switch
        {
            SignInName.OfUser(var user) => await Rows().SingleOrDefaultAsync(found => found.Account.UserName == user, cancellation),
            SignInName.OfMail(var mail) => await Rows().SingleOrDefaultAsync(found => found.Account.Mail == mail, cancellation),
            _ => null,
        };
        return row is null ? null : ToPerson(row);
    }

    /// <summary>Display names for ids that stand in events.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> accounts, CancellationToken cancellation) =>
        await database.Set<Account>().AsNoTracking().Where(account => accounts.Contains(account.Id))
            .ToDictionaryAsync(account => account.Id, account => account.Name, cancellation);

    private IQueryable<Row> Filter(string? search, AccountState? state)
    {
        var rows = Rows();
        if (!string.IsNullOrWhiteSpace(search))
        {
            var pattern = $"%{search.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            rows = rows.Where(row => EF.Functions.Like(row.Account.UserName, pattern, "\\")
                || EF.Functions.Like(row.Account.Mail, pattern, "\\") || EF.Functions.Like(row.Account.Name, pattern, "\\"));
        }

        return state is { } wanted ? rows.Where(Is(wanted)) : rows;
    }

    private Expression<Func<Row, bool>> Is(AccountState state)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return state switch
        {
            AccountState.Held => row => row.Guard.Held != HeldBy.None,
            AccountState.Closed => row => row.Guard.Held == HeldBy.None && row.Guard.Closed,
            AccountState.Waiting => row => row.Guard.Held == HeldBy.None && !row.Guard.Closed && row.Guard.WaitUntil > now,
            AccountState.Enrolled => row => row.Guard.Held == HeldBy.None && !row.Guard.Closed && row.Guard.WaitUntil <= now && row.HasAuthenticator,
            AccountState.Invited => row => row.Guard.Held == HeldBy.None && !row.HasAuthenticator && row.HasInvitation,
            _ => row => row.Guard.Held == HeldBy.None && !row.HasAuthenticator && !row.HasInvitation,
        };
    }

    private IQueryable<Row> Rows()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return
            from account in database.Set<Account>().AsNoTracking()
            join guard in database.Set<CodeGuard>().AsNoTracking() on account.Id equals guard.AccountId
            select new Row
            {
                Account = account,
                Guard = guard,
                HasAuthenticator = database.Set<Authenticator>()
                    .Any(authenticator => authenticator.AccountId == account.Id && authenticator.State == AuthenticatorStates.Active),
                HasInvitation = database.Set<Ticket>().Any(ticket => ticket.AccountId == account.Id
                    && ticket.Kind == TicketKinds.Invitation && ticket.UsedAt == null && ticket.ExpiresAt > now && ticket.Epoch == guard.Epoch),
            };
    }

    private Person ToPerson(Row row)
    {
        var state = row switch
        {
            { Guard.Held: not HeldBy.None } => AccountState.Held,
            { Guard.Closed: true } => AccountState.Closed,
            _ when row.Guard.WaitUntil > time.GetUtcNow().ToUnixTimeSeconds() => AccountState.Waiting,
            { HasAuthenticator: true } => AccountState.Enrolled,
            { HasInvitation: true } => AccountState.Invited,
            _ => AccountState.NotEnrolled,
        };
        return new Person(row.Account, state, row.Guard.Held);
    }

    private sealed class Row
    {
        public required Account Account { get; init; }

        public required CodeGuard Guard { get; init; }

        public required bool HasAuthenticator { get; init; }

        public required bool HasInvitation { get; init; }
    }
}
