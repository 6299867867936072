namespace TwoFactor.Administration;

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>People who wait for an agent for one reason.</summary>
/// <param name="Shown">The list of accounts that shows them.</param>
public sealed record AdminTaskSection(Listing Shown, IReadOnlyList<Person> People, bool HasMore);

/// <param name="Requests">Resets and passes that wait for this agent: to approve, or to hand over.</param>
/// <param name="UnsentMail">Unsent mails, counted up to one more than <see cref="UnsentMail.CountedUpTo"/>.</param>
/// <param name="NewRoles">Who got a role above user so recently that they approve nothing yet, the newest first; for admins only.</param>
public sealed record AdminTaskList(
    IReadOnlyList<OpenRequest> Requests, IReadOnlyList<AdminTaskSection> Sections, int UnsentMail, IReadOnlyList<Account> NewRoles)
{
    public bool IsEmpty => this is { Requests.Count: 0, Sections.Count: 0, UnsentMail: 0, NewRoles.Count: 0 };
}

/// <summary>What waits for an agent: only what this agent can act on.</summary>
public sealed class AdminTasks(
    TwoFactorDb database, PeopleLimits limits, CoolingOffLimits coolingOff, UnsentMail mail, HelpRequests requests, TimeProvider time)
{
    public async Task<AdminTaskList> ReadAsync(Account who, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(who);
        var agent = who.Role;
        var mine = (await requests.ListAsync(cancellation)).Where(request => request.WaitsFor(who)).ToList();
        var now = time.Now();
        // One section per line, in the order of the page. Disabled accounts are left out: somebody decided that.
        var sections = new List<AdminTaskSection>
        {
            await SectionAsync(Listing.Held, account => (account.Held & (long)HeldBy.Disabled) == 0, agent, now, cancellation),
            await SectionAsync(Listing.Closed, account => true, agent, now, cancellation),
            await SectionAsync(Listing.Waiting, account => true, agent, now, cancellation),
        };
        if (agent is not Role.Admin)
        {
            return new AdminTaskList(mine, [.. sections.Where(section => section.People.Count > 0)], UnsentMail: 0, NewRoles: []);
        }

        // Only admins send invitations and look after unsent mail.
        sections.Add(await SectionAsync(Listing.Late, account => true, agent, now, cancellation));
        sections.Add(await SectionAsync(Listing.NotEnrolled, PeopleFilter.IsNot(Listing.Late, now), agent, now, cancellation));
        return new AdminTaskList(
            mine,
            [.. sections.Where(section => section.People.Count > 0)],
            await mail.CountAsync(cancellation),
            await NewRolesAsync(who, now, cancellation));
    }

    /// <summary>The others who got a role above user a short time ago: no admin makes an agent unseen by the rest.</summary>
    private Task<List<Account>> NewRolesAsync(Account who, UnixTime now, CancellationToken cancellation)
    {
        var since = coolingOff.Since(now);
        return database.Set<Account>().AsNoTracking()
            .Where(account => account.Role != Role.User && account.RoleSince > since && account.Id != who.Id)
            .OrderByDescending(account => account.RoleSince).Take(limits.PageSize).ToListAsync(cancellation);
    }

    /// <summary>The people of a listing whom this role may help.</summary>
    private async Task<AdminTaskSection> SectionAsync(
        Listing listing, Expression<Func<Account, bool>> also, Role agent, UnixTime now, CancellationToken cancellation)
    {
        var found = await database.Set<Account>().AsNoTracking().Where(PeopleFilter.Is(listing, now)).Where(also)
            .Where(AgentAuthorization.IsHelpedBy(agent))
            .OrderBy(account => account.UserName).Take(limits.PageSize + 1).ToListAsync(cancellation);
        return new AdminTaskSection(
            listing, [.. found.Take(limits.PageSize).Select(account => Person.Of(account, now))], found.Count > limits.PageSize);
    }
}
