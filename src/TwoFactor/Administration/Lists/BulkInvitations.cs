namespace TwoFactor.Administration.Lists;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The result of a bulk invitation or a bulk reminder.</summary>
/// <param name="Sent">The number of mails sent.</param>
/// <param name="LeftOut">The number of people who were left out because they were reminded within the last day.</param>
/// <param name="Remaining">The number of people left for the next press, counted up to one more than
/// <see cref="People.CountedUpTo"/>.</param>
public sealed record BulkInvitationResult(int Sent, int LeftOut, int Remaining) : IOutcome
{
    /// <summary>Whether nothing was sent, because the agent is not an admin, or not any more.</summary>
    public bool IsRefused { get; init; }

    /// <summary>A refusal commits as well, because it is recorded.</summary>
    public bool Commits => true;
}

/// <summary>
/// Sends invitations and reminders to many people, with each press only as many as the mail server and the help desk can handle. The oldest
/// accounts come first.
/// </summary>
public sealed class BulkInvitations(
    TwoFactorDb database,
    AgentActs acts,
    People people,
    InvitationSender invitations,
    AccountSeals seals,
    PeopleLimits limits,
    TimeProvider time)
{
    /// <summary>The lists whose people can be reminded.</summary>
    public static IReadOnlyCollection<Listing> Reminded { get; } = [Listing.NotEnrolled, Listing.Invited, Listing.Late];

    /// <summary>Whether the people of a list can be invited for the first time.</summary>
    public static bool CanInvite(Listing? shown) => shown is Listing.NeverInvited;

    /// <summary>Whether the people of a list can be reminded.</summary>
    public static bool CanRemind(Listing? shown) => shown is { } listing && Reminded.Contains(listing);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly AgentAct<BulkInvitationResult> Inviting = new(
        Requires.Admin | Requires.Current, _ => new BulkInvitationResult(0, 0, 0) { IsRefused = true });

    /// <summary>Invites the people of a list who were never invited.</summary>
    /// <param name="agent">Null when the console acts.</param>
    /// <param name="most">The most people to mail, when that is less than <see cref="PeopleLimits.BulkSize"/>; null for that many.</param>
    public Task<BulkInvitationResult> InviteAsync(
        CurrentSession? agent, PeopleFilter filter, int? most, Actor actor, CancellationToken cancellation) => RunAsync(
        agent,
        actor,
        async (_, token) => new BulkSelection(
            await OfAsync(agent, filter with { Show = Listing.NeverInvited }, token), LeftOut: 0, SizeOf(most), RemindedBefore: null),
        cancellation);

    /// <summary>
    /// Reminds the people of a list who were invited or are late, each at most once a day, with a new link that replaces the older one.
    /// People who are late and were never invited get an invitation.
    /// </summary>
    /// <inheritdoc cref="InviteAsync"/>
    public Task<BulkInvitationResult> RemindAsync(
        CurrentSession? agent, PeopleFilter filter, int? most, Actor actor, CancellationToken cancellation) => RunAsync(
        agent,
        actor,
        async (now, token) =>
        {
            var since = now - Day;
            var waiting = await OfAsync(agent, filter, token);
            return new BulkSelection(Due(waiting, since), await CountAsync(LeftOut(waiting, since), token), SizeOf(most), since);
        },
        cancellation);

    /// <summary>
    /// How many people would be mailed, and how many would be left out because they were reminded within the last day; each counted up to
    /// one more than <see cref="People.CountedUpTo"/>.
    /// </summary>
    public async Task<(int Due, int LeftOut)> PreviewAsync(CurrentSession agent, PeopleFilter filter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var since = time.Now() - Day;
        var waiting = await OfAsync(agent, filter, cancellation);
        return CanInvite(filter.Show)
            ? (await CountAsync(waiting.OrderBy(account => account.UserName), cancellation), 0)
            : (await CountAsync(Due(waiting, since).OrderBy(account => account.UserName), cancellation), await CountAsync(
                LeftOut(waiting, since), cancellation));
    }

    private static IQueryable<Account> Due(IQueryable<Account> waiting, UnixTime since) =>
        waiting.Where(account => account.RemindedAt == null || account.RemindedAt <= since);

    /// <summary>Ordered as an index is, because there are few such people in a long list.</summary>
    private static IQueryable<Account> LeftOut(IQueryable<Account> waiting, UnixTime since) =>
        waiting.Where(account => account.RemindedAt != null && account.RemindedAt > since).OrderBy(account => account.RemindedAt);

    private static Task<int> CountAsync(IQueryable<Account> inOrder, CancellationToken cancellation) =>
        inOrder.Take(People.CountedUpTo + 1).CountAsync(cancellation);

    /// <summary>
    /// The people of a list whom this agent may mail. No agent mails admins, only the console does; a reminder needs an earlier invitation
    /// or a date that has passed.
    /// </summary>
    private async Task<IQueryable<Account>> OfAsync(CurrentSession? agent, PeopleFilter filter, CancellationToken cancellation)
    {
        if (!CanInvite(filter.Show) && !CanRemind(filter.Show))
        {
            throw new ArgumentException("Only people who were never invited, are invited or are late can be mailed.", nameof(filter));
        }

        var (rows, _) = await people.FilterAsync(filter, cancellation);
        if (filter.Show is Listing.NotEnrolled)
        {
            rows = rows.Where(account => account.InvitedAt != null);
        }

        return agent is null ? rows : rows.Where(account => account.Role != Role.Admin);
    }

    private int SizeOf(int? most) => Math.Min(limits.BulkSize, most ?? limits.BulkSize);

    /// <param name="find">Reads whom to mail, as of a moment.</param>
    private async Task<BulkInvitationResult> RunAsync(
        CurrentSession? agent, Actor actor, Func<UnixTime, CancellationToken, Task<BulkSelection>> find, CancellationToken cancellation)
    {
        // The accounts are found before their guards are locked, and read again under the locks.
        var now = time.Now();
        var found = await NextAsync(await find(now, cancellation), cancellation);
        return await acts.RunAsync(
            agent,
            actor,
            Inviting with { Locks = Locks.Of(found.Select(account => account.Id)) },
            about: agent?.Account.Id,
            async work =>
            {
                var selection = await find(work.Now, CancellationToken.None);
                var next = await NextAsync(selection, CancellationToken.None);
                var others = next.Select(account => account.Id).Where(id => !work.Locks.Holds(id)).ToList();
                return others.Count == 0 ? await SendAsync(work, selection, next) : throw new OtherLocksException(others);
            },
            cancellation);
    }

    /// <summary>The next accounts to mail. Accounts that get no mail are skipped, so that they do not block the others.</summary>
    private async Task<IReadOnlyList<Account>> NextAsync(BulkSelection selection, CancellationToken cancellation)
    {
        var (next, seen) = (new List<Account>(), 0);
        while (next.Count < selection.Size)
        {
            var page = await selection.Waiting.OrderBy(account => account.CreatedAt).ThenBy(account => account.UserName)
                .Skip(seen).Take(selection.Size - next.Count).ToListAsync(cancellation);
            if (page.Count == 0)
            {
                break;
            }

            seen += page.Count;
            var ids = page.ConvertAll(account => account.Id);
            var guards = await database.Set<CodeGuard>().AsNoTracking().Where(guard => ids.Contains(guard.AccountId))
                .ToDictionaryAsync(guard => guard.AccountId, cancellation);
            next.AddRange(page.Where(account => guards.TryGetValue(account.Id, out var guard)
                && !guard.Held.HasFlag(HeldBy.Disabled) && seals.Fits(guard, account)));
        }

        return next;
    }

    private async Task<BulkInvitationResult> SendAsync(Work work, BulkSelection selection, IReadOnlyList<Account> next)
    {
        var sent = 0;
        foreach (var account in next)
        {
            if (selection.RemindedBefore is { } since && !await AccountListState.ClaimReminderAsync(work, account.Id, since))
            {
                continue;
            }

            var isReminder = selection.RemindedBefore is not null && account.InvitedAt is not null;
            sent += await invitations.ReplaceAsync(work, account, resends: 0, isReminder) is InviteOutcome.Invited ? 1 : 0;
        }

        await work.SaveAsync();
        return new BulkInvitationResult(sent, selection.LeftOut, await CountRightAsync(selection.Waiting));
    }

    /// <summary>
    /// Counts the accounts that fit their guards, up to one more than <see cref="People.CountedUpTo"/>. An account that was changed in the
    /// database gets no mail and is not counted.
    /// </summary>
    private async Task<int> CountRightAsync(IQueryable<Account> rows)
    {
        var found = await rows.OrderBy(account => account.UserName).Take(People.CountedUpTo + 1)
            .Join(database.Set<CodeGuard>(), account => account.Id, guard => guard.AccountId, (account, guard) => new { account, guard })
            .AsNoTracking().ToListAsync();
        return found.Count(row => seals.Fits(row.guard, row.account));
    }

    /// <param name="Waiting">The people to mail; whoever got a mail no longer matches.</param>
    /// <param name="RemindedBefore">People who were reminded later are left out; null when this is no reminder.</param>
    private sealed record BulkSelection(IQueryable<Account> Waiting, int LeftOut, int Size, UnixTime? RemindedBefore);
}
