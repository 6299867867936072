namespace TwoFactor.Administration;

using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>People who wait for an agent for one reason.</summary>
/// <param name="Show">That reason, as the value of <c>?show=</c> in the list of accounts.</param>
public sealed record AdminTaskSection(string Show, IReadOnlyList<Person> People, bool HasMore);

/// <param name="Requests">Resets and passes that wait for this agent: to approve, or to hand over.</param>
/// <param name="UnsentMail">Unsent mails, counted up to one more than <see cref="UnsentMail.CountedUpTo"/>.</param>
public sealed record AdminTaskList(IReadOnlyList<OpenRequest> Requests, IReadOnlyList<AdminTaskSection> Sections, int UnsentMail);

/// <summary>What waits for an agent: only what this agent can act on.</summary>
public sealed class AdminTasks(TwoFactorDb database, PeopleLimits limits, UnsentMail mail, HelpRequests requests, TimeProvider time)
{
    public async Task<AdminTaskList> ReadAsync(Account who, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(who);
        var agent = who.Role;
        var mine = (await requests.ListAsync(cancellation)).Where(request => request.WaitsFor(who)).ToList();
        // One section per line, in the order of the page. Disabled accounts are left out: somebody decided that.
        var sections = new List<AdminTaskSection>
        {
            await SectionAsync("held", Listing.Held, account => (account.Held & (long)HeldBy.Disabled) == 0, agent, cancellation),
            await SectionAsync("closed", Listing.Closed, account => true, agent, cancellation),
            await SectionAsync("waiting", Listing.Waiting, account => true, agent, cancellation),
        };
        if (agent is not Role.Admin)
        {
            return new AdminTaskList(mine, [.. sections.Where(section => section.People.Count > 0)], UnsentMail: 0);
        }

        // Only admins send invitations and look after unsent mail.
        var now = time.Now();
        sections.Add(await SectionAsync("late", Listing.Late, account => true, agent, cancellation));
        sections.Add(await SectionAsync(
            "not-enrolled", Listing.NotEnrolled, account => account.EnrollBy == null || account.EnrollBy >= now, agent, cancellation));
        return new AdminTaskList(mine, [.. sections.Where(section => section.People.Count > 0)], await mail.CountAsync(cancellation));
    }

    /// <summary>The people of a listing whom this role may help.</summary>
    private async Task<AdminTaskSection> SectionAsync(
        string show, Listing listing, Expression<Func<Account, bool>> also, Role agent, CancellationToken cancellation)
    {
        var now = time.Now();
        var found = await database.Set<Account>().AsNoTracking().Where(PeopleFilter.Is(listing, now)).Where(also)
            .Where(account => agent == Role.Admin || account.Role == Role.User)
            .OrderBy(account => account.UserName).Take(limits.PageSize + 1).ToListAsync(cancellation);
        return new AdminTaskSection(
            show,
            [.. found.Take(limits.PageSize)
                .Select(account => new Person(account, PeopleFilter.StateOf(account, now), (HeldBy)account.Held))],
            found.Count > limits.PageSize);
    }
}
