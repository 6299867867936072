namespace TwoFactor.Pages.Requests;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Error, "Reference {Reference}: a request failed")]
    public static partial void RequestFailed(this ILogger logger, Exception? exception, string reference);
}
