namespace TwoFactor.Accounts.Groups;

using System.Globalization;
using System.Runtime.CompilerServices;
using TwoFactor.Audit;
using TwoFactor.Characters;
using TwoFactor.Storage;

/// <summary>
/// By when people should be enrolled. A person is late after the date, and nothing else: it opens nothing, locks nothing, and a reset does
/// not start it again.
/// </summary>
public sealed class Deadlines(AuditLog audit)
{
    private const string Form = "yyyy-MM-dd";

    /// <summary>The earliest date of an account's groups; null when none of them has one.</summary>
    private const string EarliestOfGroups =
        "(SELECT MIN(d.enroll_by) FROM account_group g JOIN group_deadline d ON d.name=g.name WHERE g.account_id=account.id)";

    /// <summary>The date that counts is the earliest of all. MIN is null where one of its two is, so each is taken alone then.</summary>
    private const string SetEarliest = "UPDATE account SET enroll_by=COALESCE("
        + "MIN(own_enroll_by, " + EarliestOfGroups + "), own_enroll_by, " + EarliestOfGroups + ") WHERE id";

    /// <summary>The last second of a day, in UTC.</summary>
    public static UnixTime EndOf(DateOnly day) => UnixTime.Of(day.AddDays(1)) - TimeSpan.FromSeconds(1);

    /// <summary>The date as people type it: 2026-12-24. Empty when there is none.</summary>
    public static string Format(UnixTime? enrollBy) =>
        enrollBy is { } at ? at.ToDateOnly().ToString(Form, CultureInfo.InvariantCulture) : "";

    /// <summary>Reads a date that somebody typed. Returns null when the text is no date of the years 2000 to 2999.</summary>
    public static DateOnly? Parse(string? typed) =>
        DateOnly.TryParseExact(TypedText.Plain(typed), Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and <= 2999 ? day : null;

    /// <summary>Reads a date, or none. Returns false when something was typed that is no date.</summary>
    public static bool TryParse(string? typed, out DateOnly? day)
    {
        day = Parse(typed);
        return day is not null || TypedText.IsBlank(typed);
    }

    /// <summary>Sets an account's own date; its row must be saved. Returns false when nothing changed.</summary>
    /// <param name="day">Null to have no date.</param>
    public async Task<bool> SetOwnAsync(Work work, Guid account, DateOnly? day)
    {
        ArgumentNullException.ThrowIfNull(work);
        var by = day is { } given ? EndOf(given) : (UnixTime?)null;
        if (await work.ExecuteAsync(
            $"UPDATE account SET own_enroll_by={by} WHERE id={account} AND own_enroll_by IS NOT {by}") == 0)
        {
            return false;
        }

        await RecomputeAsync(work, account);
        audit.Record(work, AuditKinds.AccountDeadlineSet, account, detail: by is null ? "none" : Format(by));
        return true;
    }

    /// <summary>Sets the date of a group, whether or not somebody is in it yet. Returns false when nothing changed.</summary>
    /// <param name="typed">Normalised (<see cref="GroupName"/>), in whatever case.</param>
    /// <param name="day">Null to have no date.</param>
    public async Task<bool> SetGroupAsync(Work work, string typed, DateOnly? day)
    {
        ArgumentNullException.ThrowIfNull(work);
        var name = await Groups.SpellAsync(work, typed);
        var changed = day is { } given
            ? await work.ExecuteAsync(
                $"""
                 INSERT INTO group_deadline (name, enroll_by) VALUES ({name}, {EndOf(given)})
                 ON CONFLICT (name) DO UPDATE SET enroll_by=excluded.enroll_by WHERE enroll_by<>excluded.enroll_by
                 """)
            : await work.ExecuteAsync($"DELETE FROM group_deadline WHERE name={name}");
        if (changed == 0)
        {
            return false;
        }

        await work.ExecuteAsync(FormattableStringFactory.Create(
            SetEarliest + " IN (SELECT account_id FROM account_group WHERE name={0})", name));
        audit.Record(work, AuditKinds.GroupDeadlineSet, null, detail: $"{name}: {(day is { } to ? Format(EndOf(to)) : "none")}");
        return true;
    }

    /// <summary>Computes the date that counts for an account again, after a date or a membership changed.</summary>
    internal static Task RecomputeAsync(Work work, Guid account) =>
        work.ExecuteAsync(FormattableStringFactory.Create(SetEarliest + "={0}", account));
}
