namespace TwoFactor.Administration.Lists;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What a wave came to.</summary>
/// <param name="Sent">Mails that are on their way.</param>
/// <param name="LeftOut">People who were reminded within the last day already.</param>
/// <param name="Remaining">People whose turn comes with the next press, at most one more than <see cref="People.CountedUpTo"/>.</param>
public sealed record BulkInvitationResult(int Sent, int LeftOut, int Remaining)
{
    /// <summary>The agent is no admin, or not any more: nothing was sent.</summary>
    public bool IsRefused { get; init; }
}

/// <summary>Invitations and reminders to many: the oldest accounts first, so many at a time, that the mail server and the help desk stand it.</summary>
public sealed class BulkInvitations(TwoFactorDb database, People people, Invitations invitations, AdminAuthorization adminAuthorization, KeyedHasher keyedHasher, PeopleLimits limits, TimeProvider time)
{
    private const long Day = 86_400;

    private static readonly BulkInvitationResult Refused = new(0, 0, 0) { IsRefused = true };

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Invites those of a list who were never invited.</summary>
    /// <param name="agent">Null: the console.</param>
    /// <param name="most">Fewer than a wave takes anyway; null: a whole wave.</param>
    public Task<BulkInvitationResult> InviteAsync(CurrentSession? agent, PeopleFilter filter, int? most, Actor actor, CancellationToken cancellation) => database.InTransactionAsync(
        async () =>
        {
            if (!await adminAuthorization.RequireAdminAsync(agent, By(agent, actor), cancellation))
            {
                return Refused;
            }

            var waiting = await OfAsync(agent, filter with { Show = Listing.NeverInvited }, cancellation);
            return await SendAsync(waiting, leftOut: 0, most, isReminder: false, By(agent, actor), cancellation);
        },
        cancellation);

    /// <summary>Reminds those of a list who were invited, or are late, each at most once a day, with a new link in place of the older one. Who is late and was never invited gets an invitation.</summary>
    /// <inheritdoc cref="InviteAsync"/>
    public Task<BulkInvitationResult> RemindAsync(CurrentSession? agent, PeopleFilter filter, int? most, Actor actor, CancellationToken cancellation) => database.InTransactionAsync(
        async () =>
        {
            if (!await adminAuthorization.RequireAdminAsync(agent, By(agent, actor), cancellation))
            {
                return Refused;
            }

            var since = Now - Day;
            var waiting = await OfAsync(agent, filter, cancellation);
            var leftOut = await CountAsync(LeftOut(waiting, since), cancellation);
            return await SendAsync(Due(waiting, since), leftOut, most, isReminder: true, By(agent, actor), cancellation);
        },
        cancellation);

    /// <summary>How many a press would reach, and how many of them were reminded within the last day, each at most one more than <see cref="People.CountedUpTo"/>.</summary>
    public async Task<(int Due, int LeftOut)> PreviewAsync(CurrentSession agent, PeopleFilter filter, CancellationToken cancellation)
    {
        var since = Now - Day;
        var waiting = await OfAsync(agent, filter, cancellation);
        return filter.Show is Listing.NeverInvited
            ? (await CountAsync(waiting.OrderBy(account => account.UserName), cancellation), 0)
            : (await CountAsync(Due(waiting, since).OrderBy(account => account.UserName), cancellation), await CountAsync(LeftOut(waiting, since), cancellation));
    }

    private static IQueryable<Account> Due(IQueryable<Account> waiting, long since) => waiting.Where(account => account.RemindedAt == null || account.RemindedAt <= since);

    /// <summary>In the order of an index, for there are few of them in a long list.</summary>
    private static IQueryable<Account> LeftOut(IQueryable<Account> waiting, long since) =>
        waiting.Where(account => account.RemindedAt != null && account.RemindedAt > since).OrderBy(account => account.RemindedAt);

    private static Task<int> CountAsync(IQueryable<Account> inOrder, CancellationToken cancellation) => inOrder.Take(People.CountedUpTo + 1).CountAsync(cancellation);

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

    private async Task<BulkInvitationResult> SendAsync(
        IQueryable<Account> waiting, int leftOut, int? most, bool isReminder, Actor by, CancellationToken cancellation)
    {
        var (now, size) = (Now, Math.Min(limits.WaveSize, most ?? limits.WaveSize));
        var (sent, passedOver) = (0, 0);
        while (sent < size)
        {
            // Who got a mail is in the list no longer; who gets none is stepped over, so that the others have their turn.
            var next = await waiting.OrderBy(account => account.CreatedAt).ThenBy(account => account.UserName)
                .Skip(passedOver).Take(size - sent).ToListAsync(cancellation);
            if (next.Count == 0)
            {
                break;
            }

            foreach (var account in next)
            {
                if (!account.IsSealed(keyedHasher)
                    || await invitations.ReplaceAsync(account, resends: 0, by, cancellation, isReminder && account.InvitedAt is not null) is not InviteOutcome.Invited)
                {
                    passedOver++;
                    continue;
                }

                sent++;
                if (isReminder)
                {
                    await database.Database.ExecuteSqlAsync($"UPDATE account SET reminded_at={now} WHERE id={account.Id}", cancellation);
                }
            }

            await database.SaveChangesAsync(cancellation);
        }

        return new BulkInvitationResult(sent, leftOut, await CountSealedAsync(waiting, cancellation));
    }

    /// <summary>At most one more than <see cref="People.CountedUpTo"/>. A role that somebody wrote into the database gets no mail, and is not counted.</summary>
    private async Task<int> CountSealedAsync(IQueryable<Account> rows, CancellationToken cancellation) =>
        (await rows.OrderBy(account => account.UserName).Take(People.CountedUpTo + 1).ToListAsync(cancellation)).Count(account => account.IsSealed(keyedHasher));

    private static Actor By(CurrentSession? agent, Actor actor) => agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
}
