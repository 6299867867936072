namespace TwoFactor.Accounts.Groups;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>A group and its date.</summary>
/// <param name="EnrollBy">Unix seconds; null: no date.</param>
public sealed record GroupInfo(string Name, int Members, long? EnrollBy);

/// <summary>Who is in which group. Upper and lower case are one: the first spelling stays.</summary>
public sealed class Groups(TwoFactorDb database, AuditLog audit)
{
    /// <summary>The groups of an account, by name.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(Guid account, CancellationToken cancellation) =>
        await database.Set<AccountGroup>()
            .Where(group => group.AccountId == account)
            .OrderBy(group => group.Name)
            .Select(group => group.Name)
            .ToListAsync(cancellation);

    /// <summary>Puts an account into exactly these groups; its row must be saved.</summary>
    /// <param name="names">Normalised (<see cref="GroupName"/>).</param>
    /// <returns>False: it was so already.</returns>
    public async Task<bool> SetAsync(Work work, Guid account, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(work);
        var spellings = await SpellingsAsync(CancellationToken.None);
        return await SetAsync(
            work, account, [.. names.Select(name => Spell(spellings, name))], await OfAsync(account, CancellationToken.None));
    }

    /// <summary>The names of all groups, in the spelling that counts, to look one up whatever case it is typed in.</summary>
    internal async Task<HashSet<string>> SpellingsAsync(CancellationToken cancellation)
    {
        // From name to name by the index: a hundred thousand members of one group are one step.
        var names = await database.Database.SqlQuery<string>(
            $"""
             WITH RECURSIVE step(name) AS (
              SELECT MIN(name) FROM account_group
              UNION ALL SELECT (SELECT MIN(g.name) FROM account_group g WHERE g.name>step.name) FROM step WHERE step.name IS NOT NULL)
             SELECT name AS Value FROM step WHERE name IS NOT NULL UNION SELECT name AS Value FROM group_deadline
             """).ToListAsync(cancellation);
        return new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Names of groups that somebody is in, to choose from: the first ones of the alphabet.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(int most, CancellationToken cancellation) =>
        await database.Database.SqlQuery<string>(
            $"""
             WITH RECURSIVE step(name) AS (
              SELECT MIN(name) FROM account_group
              UNION ALL SELECT (SELECT MIN(g.name) FROM account_group g WHERE g.name>step.name) FROM step
                WHERE step.name IS NOT NULL LIMIT {most})
             SELECT name AS Value FROM step WHERE name IS NOT NULL
             """).ToListAsync(cancellation);

    /// <summary>The spelling of a group that there is; null: there is none by that name.</summary>
    public async Task<string?> FindAsync(string? typed, CancellationToken cancellation)
    {
        if (GroupName.Normalise(typed) is not { } name)
        {
            return null;
        }

        // As it is spelled it stands in the index; only another spelling takes a look at all of them.
        return await database.Set<AccountGroup>().AnyAsync(group => group.Name == name, cancellation) ? name
            : (await SpellingsAsync(cancellation)).TryGetValue(name, out var spelling) ? spelling : null;
    }

    /// <summary>Every group there is, by name.</summary>
    public async Task<IReadOnlyList<GroupInfo>> AllAsync(CancellationToken cancellation)
    {
        var members =
            await database.Set<AccountGroup>().GroupBy(group => group.Name).Select(group => new { group.Key, Count = group.Count() })
                .ToDictionaryAsync(group => group.Key, group => group.Count, StringComparer.Ordinal, cancellation);
        var dates = await database.Set<GroupDeadline>()
            .ToDictionaryAsync(deadline => deadline.Name, deadline => deadline.EnrollBy, StringComparer.Ordinal, cancellation);
        return [.. members.Keys.Union(dates.Keys, StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)
            .Select(name => new GroupInfo(name, members.GetValueOrDefault(name), dates.TryGetValue(name, out var date) ? date : null))];
    }

    /// <summary>A group's name as it is spelled already, or as it will be from now on.</summary>
    internal static string Spell(HashSet<string> spellings, string name)
    {
        if (spellings.TryGetValue(name, out var spelling))
        {
            return spelling;
        }

        spellings.Add(name);
        return name;
    }

    /// <inheritdoc cref="SetAsync(Work, Guid, IReadOnlyCollection{string})"/>
    /// <param name="before">What they are now.</param>
    internal async Task<bool> SetAsync(
        Work work, Guid account, IReadOnlyCollection<string> names, IReadOnlyCollection<string> before)
    {
        var (gone, added) = (before.Except(names, StringComparer.Ordinal).ToList(), names.Except(before, StringComparer.Ordinal).ToList());
        if (gone.Count + added.Count == 0)
        {
            return false;
        }

        foreach (var name in gone)
        {
            await work.ExecuteAsync($"DELETE FROM account_group WHERE account_id={account} AND name={name}");
        }

        foreach (var name in added)
        {
            await work.ExecuteAsync(
                $"INSERT INTO account_group (account_id, name) VALUES ({account}, {name}) ON CONFLICT (account_id, name) DO NOTHING");
        }

        await Deadlines.ReckonAsync(work, account);
        var detail = names.Count == 0 ? "none" : string.Join("; ", names.Order(StringComparer.OrdinalIgnoreCase));
        audit.Record(work, AuditKinds.AccountGroupsChanged, account, names.Count, detail.Length > AuditEvent.DetailLength
            ? detail[..AuditEvent.DetailLength]
            : detail);
        return true;
    }
}
