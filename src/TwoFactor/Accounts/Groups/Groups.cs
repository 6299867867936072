namespace TwoFactor.Accounts.Groups;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Characters;
using TwoFactor.Storage;

/// <summary>A group and its date.</summary>
/// <param name="EnrollBy">Null when there is no date.</param>
public sealed record GroupInfo(string Name, int Members, UnixTime? EnrollBy);

/// <summary>Who is in which group. Names that differ only in case are one group: the first spelling stays.</summary>
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
    /// <returns>False when nothing changed.</returns>
    public async Task<bool> SetAsync(Work work, Guid account, IReadOnlyCollection<string> names) =>
        await SetAsync(work, account, names, await OfAsync(account, CancellationToken.None));

    /// <summary>
    /// The spelling of a group: the one that it has, or this one from now on. Of two who write a new name at once, the key lets one
    /// decide.
    /// </summary>
    /// <param name="name">Normalised.</param>
    public static async Task<string> SpellAsync(Work work, string name)
    {
        ArgumentNullException.ThrowIfNull(work);
        var group = await work.OneAsync<Spelling>(
            $"""
             INSERT INTO group_spelling (folded, name) VALUES ({GroupName.Fold(name)}, {name})
             ON CONFLICT (folded) DO UPDATE SET name=CASE
               WHEN EXISTS (SELECT 1 FROM account_group g WHERE g.name=group_spelling.name)
                OR EXISTS (SELECT 1 FROM group_deadline d WHERE d.name=group_spelling.name) THEN group_spelling.name
               ELSE excluded.name END
             RETURNING name AS Name
             """);
        return group!.Name;
    }

    /// <summary>The names of all groups in their stored spelling, to look one up in any.</summary>
    internal async Task<HashSet<string>> SpellingsAsync(CancellationToken cancellation) =>
        await Used().Select(group => group.Name).ToHashSetAsync(FoldedText.Comparer, cancellation);

    /// <summary>The names of groups that have members, to choose from: the first ones in order, at most <paramref name="most"/>.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(int most, CancellationToken cancellation) =>
        await database.Database.SqlQuery<string>(
            $"""
             WITH RECURSIVE step(name) AS (
              SELECT MIN(name) FROM account_group
              UNION ALL SELECT (SELECT MIN(g.name) FROM account_group g WHERE g.name>step.name) FROM step
                WHERE step.name IS NOT NULL LIMIT {most})
             SELECT name AS Value FROM step WHERE name IS NOT NULL
             """).ToListAsync(cancellation);

    /// <summary>The stored spelling of a group; null when there is no group of that name.</summary>
    public async Task<string?> FindAsync(string? typed, CancellationToken cancellation)
    {
        if (GroupName.Normalise(typed) is not { } name)
        {
            return null;
        }

        var folded = GroupName.Fold(name);
        return await Used().Where(group => group.Folded == folded).Select(group => group.Name).SingleOrDefaultAsync(cancellation);
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

    /// <summary>The stored spelling of a name. A new name is added as the first line of a file spells it.</summary>
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
    /// <param name="before">The present groups of the account.</param>
    internal async Task<bool> SetAsync(
        Work work, Guid account, IReadOnlyCollection<string> names, IReadOnlyCollection<string> before)
    {
        ArgumentNullException.ThrowIfNull(work);
        var spelled = new List<string>();
        foreach (var name in names)
        {
            spelled.Add(await SpellAsync(work, name));
        }

        var gone = before.Except(spelled, StringComparer.Ordinal).ToList();
        var added = spelled.Except(before, StringComparer.Ordinal).ToList();
        if (gone.Count + added.Count == 0)
        {
            return false;
        }

        work.Revisions.NoteChange(account);
        foreach (var name in gone)
        {
            await work.ExecuteAsync($"DELETE FROM account_group WHERE account_id={account} AND name={name}");
        }

        foreach (var name in added)
        {
            await work.ExecuteAsync(
                $"INSERT INTO account_group (account_id, name) VALUES ({account}, {name}) ON CONFLICT (account_id, name) DO NOTHING");
        }

        await Deadlines.RecomputeAsync(work, account);
        var detail = GroupName.Describe([.. spelled.Order(StringComparer.OrdinalIgnoreCase)]);
        audit.Record(
            work, AuditKinds.AccountGroupsChanged, account, spelled.Count, UnicodeText.Truncate(detail, AuditEvent.DetailLength));
        return true;
    }

    /// <summary>Groups that somebody is in, or a date is set for.</summary>
    private IQueryable<GroupSpelling> Used() => database.Set<GroupSpelling>().AsNoTracking().Where(
        group => database.Set<AccountGroup>().Any(member => member.Name == group.Name)
            || database.Set<GroupDeadline>().Any(deadline => deadline.Name == group.Name));

    private sealed record Spelling(string Name);
}
