namespace TwoFactor.Audit;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Information, "Audit head {Sequence} {Mac}")]
    public static partial void HeadWritten(ILogger logger, long sequence, string mac);

    [LoggerMessage(3002, LogLevel.Critical,
        "{Count} audit events in the database have no right tag and were not sealed, the first in row {Place}: somebody wrote to the "
            + "database. Run: audit verify")]
    public static partial void ForgedEvents(ILogger logger, int count, long place);

    [LoggerMessage(3003, LogLevel.Critical,
        "{Count} audit tallies in the database have no right tag and were dropped: somebody wrote to the database. Run: audit verify")]
    public static partial void ForgedTallies(ILogger logger, int count);

    [LoggerMessage(3004, LogLevel.Critical,
        "The audit head is at {Head} and does not name the last sealed event, {Last}: somebody wrote to the database. Sealing goes on "
            + "after {Last}. Run: audit verify")]
    public static partial void HeadBehind(ILogger logger, long head, long last);

    [LoggerMessage(3005, LogLevel.Critical,
        "The audit chain does not contain event {Sequence}, which {File} knows: it was cut, or this is an older database. The file "
            + "was left as it is. Run: audit verify")]
    public static partial void ChainLostMark(ILogger logger, long sequence, string file);

    [LoggerMessage(3006, LogLevel.Critical, "{File} cannot be read, and was left as it is. Run: audit verify")]
    public static partial void MarkUnreadable(ILogger logger, string file);

    [LoggerMessage(3007, LogLevel.Warning, "{File} could not be written; it is tried again")]
    public static partial void MarkNotWritten(ILogger logger, string file, Exception exception);

    [LoggerMessage(3010, LogLevel.Warning,
        "{File} could not be written: the mark stands beside the database only, where whoever can write there may set both back")]
    public static partial void MarkIsWeak(ILogger logger, string file);

    [LoggerMessage(3008, LogLevel.Critical, "The chain of audit events is broken at event {Number} ({Event}): {What} Run: audit verify")]
    public static partial void ChainBroken(ILogger logger, long? number, Guid? @event, string what);

    [LoggerMessage(3009, LogLevel.Information, "{Count} audit events were removed, up to event {Last}")]
    public static partial void AuditPruned(this ILogger logger, long count, long last);
}
