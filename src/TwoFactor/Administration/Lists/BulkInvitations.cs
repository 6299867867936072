namespace TwoFactor.Administration.Lists;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What came of a bulk invitation.</summary>
/// <param name="Sent">Mails that are on their way.</param>
/// <param name="LeftOut">People who were reminded within the last day already.</param>
/// <param name="Remaining">People whose turn comes with the next press, at most one more than <see cref="People.CountedUpTo"/>.</param>
public sealed record BulkInvitationResult(int Sent, int LeftOut, int Remaining) : IOutcome
{
    /// <summary>The agent is no admin, or not any more: nothing was sent.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Also a refusal, for it is recorded.</summary>
    public bool Commits => true;
}

/// <summary>
/// Invitations and reminders to many: the oldest accounts first, so many at a time, that the mail server and the help desk stand it.
/// </summary>
public sealed class BulkInvitations(
    TwoFactorDb database,
    AgentActs acts,
    People people,
    InvitationSender invitations,
    KeyedHasher keyedHasher,
    PeopleLimits limits,
    TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly AgentAct<BulkInvitationResult> Inviting = new(
        Requires.Admin | Requires.Current, _ => new BulkInvitationResult(0, 0, 0) { IsRefused = true });

    /// <summary>Invites those of a list who were never invited.</summary>
    /// <param name="agent">Null: the console.</param>
    /// <param name="most">Fewer than one press takes anyway; null: as many as it takes.</param>
    public Task<BulkInvitationResult> InviteAsync(
        CurrentSession? agent, PeopleFilter filter, int? most, Actor actor, CancellationToken cancellation) => RunAsync(
        agent,
        actor,
        async (_, token) => new BulkSelection(
            await OfAsync(agent, filter with { Show = Listing.NeverInvited }, token), LeftOut: 0, SizeOf(most), RemindedBefore: null),
        cancellation);

    /// <summary>
    /// Reminds those of a list who were invited, or are late, each at most once a day, with a new link in place of the older one. Who
    /// is late and was never invited gets an invitation.
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
    /// How many a press would reach, and how many of them were reminded within the last day, each at most one more than
    /// <see cref="People.CountedUpTo"/>.
    /// </summary>
    public async Task<(int Due, int LeftOut)> PreviewAsync(CurrentSession agent, PeopleFilter filter, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var since = time.Now() - Day;
        var waiting = await OfAsync(agent, filter, cancellation);
        return filter.Show is Listing.NeverInvited
            ? (await CountAsync(waiting.OrderBy(account => account.UserName), cancellation), 0)
            : (await CountAsync(Due(waiting, since).OrderBy(account => account.UserName), cancellation), await CountAsync(
                LeftOut(waiting, since), cancellation));
    }

    private static IQueryable<Account> Due(IQueryable<Account> waiting, UnixTime since) =>
        waiting.Where(account => account.RemindedAt == null || account.RemindedAt <= since);

    /// <summary>In the order of an index, for there are few of them in a long list.</summary>
    private static IQueryable<Account> LeftOut(IQueryable<Account> waiting, UnixTime since) =>
        waiting.Where(account => account.RemindedAt != null && account.RemindedAt > since).OrderBy(account => account.RemindedAt);

    private static Task<int> CountAsync(IQueryable<Account> inOrder, CancellationToken cancellation) =>
        inOrder.Take(People.CountedUpTo + 1).CountAsync(cancellation);

    /// <summary>People of a list whom this agent may invite: not enrolled, not held, outranked; to remind, invited or late.</summary>
    private async Task<IQueryable<Account>> OfAsync(CurrentSession? agent, PeopleFilter filter, CancellationToken cancellation)
    {
        if (filter.Show is not (Listing.NeverInvited or Listing.NotEnrolled or Listing.Invited or Listing.Late))
        {
            throw new ArgumentException("Only who was never invited, is invited, or is late gets such a mail.", nameof(filter));
        }

        var (rows, _) = await people.FilterAsync(filter, cancellation);
        if (filter.Show is Listing.NotEnrolled)
        {
            rows = rows.Where(account => account.InvitedAt != null);
        }

        return agent is null ? rows : rows.Where(account => account.Role != Role.Admin);
    }

    private int SizeOf(int? most) => Math.Min(limits.BulkSize, most ?? limits.BulkSize);

    /// <param name="find">Reads whom to mail, at a moment.</param>
    private async Task<BulkInvitationResult> RunAsync(
        CurrentSession? agent, Actor actor, Func<UnixTime, CancellationToken, Task<BulkSelection>> find, CancellationToken cancellation)
    {
        // Whose guards are locked is found before they are locked, and asked again then.
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

    /// <summary>Whose turn it is. Who gets no mail is stepped over, so that the others have their turn.</summary>
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
            var disabled = await database.Set<CodeGuard>()
                .Where(guard => ids.Contains(guard.AccountId) && (guard.Held & HeldBy.Disabled) == HeldBy.Disabled)
                .Select(guard => guard.AccountId).ToListAsync(cancellation);
            next.AddRange(page.Where(account => account.IsSealed(keyedHasher) && !disabled.Contains(account.Id)));
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
        return new BulkInvitationResult(sent, selection.LeftOut, await CountSealedAsync(selection.Waiting));
    }

    /// <summary>
    /// At most one more than <see cref="People.CountedUpTo"/>. A role that somebody wrote into the database gets no mail, and is not
    /// counted.
    /// </summary>
    private async Task<int> CountSealedAsync(IQueryable<Account> rows) =>
        (await rows.OrderBy(account => account.UserName).Take(People.CountedUpTo + 1).ToListAsync()).Count(
            account => account.IsSealed(keyedHasher));

    /// <param name="Waiting">Who got a mail is in it no longer.</param>
    /// <param name="RemindedBefore">Who was reminded later is left out; null: it is no reminder.</param>
    private sealed record BulkSelection(IQueryable<Account> Waiting, int LeftOut, int Size, UnixTime? RemindedBefore);
}
