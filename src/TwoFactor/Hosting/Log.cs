namespace TwoFactor.Hosting;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "{Method} {Route} {Status} {Milliseconds} ms")]
    public static partial void Request(this ILogger logger, string method, string route, int status, long milliseconds);

    [LoggerMessage(1002, LogLevel.Critical, "{Problem}")]
    public static partial void KeyRingProblem(this ILogger logger, string problem);

    [LoggerMessage(1003, LogLevel.Information, "The key ring fits again")]
    public static partial void KeyRingConsistentAgain(this ILogger logger);

    [LoggerMessage(1004, LogLevel.Error, "{Chore} failed and will be tried again")]
    public static partial void ChoreFailed(this ILogger logger, Exception exception, string chore);

    [LoggerMessage(
        1006,
        LogLevel.Warning,
        "{Address} sends X-Forwarded headers and is no proxy that Proxies:Known names. They are ignored; this is said once")]
    public static partial void UnknownProxy(this ILogger logger, System.Net.IPAddress address);
}
