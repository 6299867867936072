namespace TwoFactor.Web.Text.Administration;

using System.Globalization;

/// <summary>The text of mistakes in the audit log's filter, and of an export that is too large.</summary>
public static class AuditFilterText
{
    public const string NoSuchAccount = "No account has this username or mail address.";
    public const string NoSuchAgent = "Nobody who could have acted has this username or mail address.";
    public const string NoSuchKind = "There is no such kind of event.";
    public const string NoSuchDay = "Enter a day like 2026-11-24.";
    public const string DayBeforeFirst = "This is before the first day.";

    public static Sentence TooManyEvents(int most) => new(
        string.Create(CultureInfo.InvariantCulture, $"These are more than {most:N0} events"),
        "Choose fewer days, or one account. For all events, use the command audit export on the server.",
        Status: StatusCodes.Status400BadRequest);
}
