namespace TwoFactor.Web.Text;

using System.Globalization;
using TwoFactor.Characters;

/// <summary>Moments as people read them. The zone is UTC. Every sentence names it, and every page with a list names it once.</summary>
public static class Times
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>"14:32:10 UTC"</summary>
    public static string Clock(DateTimeOffset moment) => moment.ToString("HH:mm:ss 'UTC'", English);

    /// <summary>"14:32 UTC", rounded down: for the end of something, so that nobody comes too late.</summary>
    public static string Minute(DateTimeOffset moment) => moment.ToString("HH:mm 'UTC'", English);

    /// <summary>"14:32 UTC", rounded up: for the end of a wait, so that nobody comes too early.</summary>
    public static string ShortClock(DateTimeOffset moment)
    {
        var minute = TimeSpan.TicksPerMinute;
        var roundedUp = new DateTimeOffset((moment.UtcTicks + minute - 1) / minute * minute, TimeSpan.Zero);
        return roundedUp.ToString("HH:mm 'UTC'", English);
    }

    /// <summary>"24 November 2026, 10:02 UTC"</summary>
    public static string Moment(DateTimeOffset moment) => moment.ToString("d MMMM yyyy, HH:mm 'UTC'", English);

    /// <summary>"Today, 14:31", "Yesterday, 09:03", "12 November, 08:02", "3 Oct 2025"</summary>
    /// <param name="within">Whether it stands inside a sentence: "today", "yesterday".</param>
    public static string Near(DateTimeOffset moment, DateTimeOffset now, bool within = false)
    {
        var days = (now.UtcDateTime.Date - moment.UtcDateTime.Date).Days;
        return days switch
        {
            0 => moment.ToString(within ? "'today', HH:mm" : "'Today', HH:mm", English),
            1 => moment.ToString(within ? "'yesterday', HH:mm" : "'Yesterday', HH:mm", English),
            _ when moment.UtcDateTime.Year == now.UtcDateTime.Year => moment.ToString("d MMMM, HH:mm", English),
            _ => moment.ToString("d MMM yyyy", English),
        };
    }

    /// <summary>"Today, 24 November 2026"</summary>
    public static string Day(DateTimeOffset moment, DateTimeOffset now)
    {
        var date = moment.ToString("d MMMM yyyy", English);
        return (now.UtcDateTime.Date - moment.UtcDateTime.Date).Days switch
        {
            0 => $"Today, {date}",
            1 => $"Yesterday, {date}",
            _ => date,
        };
    }

    /// <summary>Reads a day like 2026-11-24. Returns null when the text is none.</summary>
    public static DateOnly? ParseDay(string? typed) =>
        DateOnly.TryParseExact(TypedText.Plain(typed), "yyyy-MM-dd", English, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>For <c>datetime</c>: "2026-11-24T14:31:05Z"</summary>
    public static string Iso(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", English);
}

/// <summary>Numbers as text.</summary>
public static class Numbers
{
    private static readonly string[] Words =
        ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];

    public static string InWords(int number) => number switch
    {
        20 => "Twenty",
        >= 0 when number < Words.Length => Words[number],
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>"1 hour", "2 hours", "90 minutes"</summary>
    public static string Minutes(int minutes) => minutes % 60 == 0
        ? minutes == 60 ? "1 hour" : $"{minutes / 60} hours"
        : $"{minutes} minutes";
}
