namespace TwoFactor.Mail;

internal static partial class Log
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "Letter {Kind} {Id} was written to the outbox folder")]
    public static partial void Written(ILogger logger, string kind, Guid id);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Error, Message = "Letter {Kind} {Id} cannot be sent: its row was altered, or its address is none. It is kept and set aside")]
    public static partial void SetAside(ILogger logger, string kind, Guid id);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Error, Message = "Letter {Id} waits: the key ring lacks key {Key}")]
    public static partial void KeyMissing(ILogger logger, Guid id, Guid key);
}
