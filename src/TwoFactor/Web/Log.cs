namespace TwoFactor.Web;

internal static partial class Log
{
    [LoggerMessage(1005, LogLevel.Warning, "The last use of a session was not noted")]
    public static partial void LastUseNotNoted(this ILogger logger, Exception exception);

    [LoggerMessage(6001, LogLevel.Error, "Reference {Reference}: a request failed")]
    public static partial void RequestFailed(this ILogger logger, Exception? exception, string reference);
}
