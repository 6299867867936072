namespace TwoFactor.Authenticators.Counts;

using System.Collections.Concurrent;
using TwoFactor.Audit.Marks;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What a statement lowers of the counts of a guard. Everything else of them only grows.</summary>
internal enum Lowers
{
    Nothing,
    Wait,
    FailsAndWait,
    Everything,
}

/// <summary>What a guard counts.</summary>
/// <param name="At">When it was committed.</param>
internal sealed record GuardCounts(
    Epoch Epoch, TimeStep LastStep, int Fails, int Fails30, UnixTime Fails30From, UnixTime WaitUntil, UnixTime At)
{
    /// <summary>What only the events or a mark tell: the wrong codes of a period.</summary>
    public static GuardCounts OfPeriod(Epoch epoch, int count, UnixTime since) =>
        new(epoch, default, 0, count, since, UnixTime.Unset, UnixTime.Unset);

    /// <summary>Whether a row says less than this, so that it allows more guesses, or a used code.</summary>
    public bool IsAbove(CodeGuard row, UnixTime now, TimeSpan period) =>
        LastStep > row.LastStep || Fails > row.Fails || (WaitUntil > now && WaitUntil > row.WaitUntil)
        || (Fails30From > now - period && (Fails30 > row.Fails30 || Fails30From > row.Fails30From));

    /// <summary>These counts after a statement that left a row. What the statement does not lower does not go down.</summary>
    public GuardCounts After(GuardCounts row, Lowers lowers, TimeSpan period)
    {
        if (lowers == Lowers.Everything)
        {
            return row;
        }

        var after = row with { LastStep = row.LastStep > LastStep ? row.LastStep : LastStep };
        if (Fails30From > row.At - period)
        {
            after = after with { Fails30 = Math.Max(Fails30, row.Fails30), Fails30From = UnixTime.Max(Fails30From, row.Fails30From) };
        }

        return lowers switch
        {
            Lowers.FailsAndWait => after,
            Lowers.Wait => after with { Fails = Math.Max(Fails, row.Fails) },
            _ => after with { Fails = Math.Max(Fails, row.Fails), WaitUntil = UnixTime.Max(WaitUntil, row.WaitUntil) },
        };
    }

    /// <summary>Whether nothing of it matters any more.</summary>
    public bool IsOver(UnixTime now, TimeSpan period) =>
        Fails == 0 && WaitUntil <= now && (Fails30 == 0 || Fails30From <= now - period) && At < now - 4 * TotpCode.Period;
}

/// <summary>
/// What the guards counted when this process last wrote them. Counts are not sealed, and whoever writes to the database can set them back;
/// not here.
/// </summary>
public sealed class SeenCounts(MarkedCounts marked, CodeLimits limits)
{
    private readonly ConcurrentDictionary<Guid, GuardCounts> last = new();
    private UnixTime clearedAt;

    /// <summary>Null: nothing was seen since the start, and no mark names the account.</summary>
    internal GuardCounts? Of(Guid account, Epoch epoch) =>
        last.TryGetValue(account, out var seen) ? seen
        : marked.Of(account, epoch) is { } count ? GuardCounts.OfPeriod(epoch, count.Count, count.Since)
        : null;

    /// <summary>Whether this process has written the guard of an account since the start.</summary>
    internal bool Knows(Guid account) => last.ContainsKey(account);

    /// <summary>A statement on a guard was committed.</summary>
    internal void Note(Guid account, GuardCounts row, Lowers lowers)
    {
        var seen = last.AddOrUpdate(account, row, (_, before) => before.After(row, lowers, limits.Period));
        marked.Note(account, new MarkedCount(seen.Epoch, seen.Fails30, seen.Fails30From));
        if (row.At - clearedAt > TotpCode.Period * 4)
        {
            clearedAt = row.At;
            foreach (var over in last.Where(entry => entry.Value.IsOver(row.At, limits.Period)))
            {
                last.TryRemove(over);
            }
        }
    }
}
