namespace TwoFactor.Mail;

internal static partial class Log
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "Mail {Kind} {Id} was written to the outbox folder")]
    public static partial void Written(ILogger logger, string kind, Guid id);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Error, Message = "Mail {Kind} {Id} cannot be sent and is set aside. Reason "
        + "{Reason}: 1 its row was altered, 2 its address is none, 3 it was tried for too long, 4 the mail server does not take such "
            + "addresses, from 500 on the mail server's reply code")]
    public static partial void SetAside(ILogger logger, string kind, Guid id, int reason);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Error, Message = "Mail {Id} waits: the key ring lacks key {Key}")]
    public static partial void KeyMissing(ILogger logger, Guid id, Guid key);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Information, Message = "Mail {Kind} {Id} was taken by the mail server")]
    public static partial void Taken(ILogger logger, string kind, Guid id);

    [LoggerMessage(
        EventId = 7005,
        Level = LogLevel.Warning,
        Message = "Mail {Kind} {Id} was not taken now: reply code {Reply}. Next try in {Seconds} s")]
    public static partial void Deferred(ILogger logger, string kind, Guid id, int reply, long seconds);

    [LoggerMessage(
        EventId = 7006,
        Level = LogLevel.Warning,
        Message = "The mail server {Host}:{Port} cannot be used: {Trouble}. Reply code {Reply}. The mails wait; next try in {Seconds} s")]
    public static partial void ServerNotUsable(ILogger logger, string host, int port, string trouble, int? reply, long seconds);

    [LoggerMessage(EventId = 7007, Level = LogLevel.Information, Message = "The mail server {Host}:{Port} takes mail again")]
    public static partial void ServerTakesMail(ILogger logger, string host, int port);
}
