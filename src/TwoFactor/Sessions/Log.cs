namespace TwoFactor.Sessions;

internal static partial class Log
{
    [LoggerMessage(
        5001,
        LogLevel.Warning,
        "The first recovery codes after an enrollment were not made; their owner can make them on the account page")]
    public static partial void FirstCodesNotMade(this ILogger logger, Exception exception);
}
