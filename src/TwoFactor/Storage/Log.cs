namespace TwoFactor.Storage;

internal static partial class Log
{
    [LoggerMessage(8001, LogLevel.Information, "The story {Story} kept every other writer waiting for {Milliseconds} ms")]
    public static partial void SlowStory(this ILogger logger, string story, long milliseconds);

    [LoggerMessage(8002, LogLevel.Error, "The commit of the story {Story} failed: what became of it, only the database says")]
    public static partial void CommitFailed(this ILogger logger, Exception exception, string story);

    [LoggerMessage(8003, LogLevel.Warning, "The story {Story} met a locked database and runs again")]
    public static partial void RunsAgain(this ILogger logger, string story);

    [LoggerMessage(8005, LogLevel.Critical, "The disk of the database is full: nothing can be written until there is room again")]
    public static partial void DiskFull(this ILogger logger);

    [LoggerMessage(8006, LogLevel.Warning, "The disk of the database has room again")]
    public static partial void DiskHasRoom(this ILogger logger);

    [LoggerMessage(8004, LogLevel.Critical,
        "The schema of the database is not TwoFactor's: {Differences}. Somebody wrote to the file. Nothing is written until it is right "
            + "again. Run: audit verify")]
    public static partial void ForeignSchema(this ILogger logger, string differences);
}
