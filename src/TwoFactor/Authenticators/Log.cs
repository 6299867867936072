namespace TwoFactor.Authenticators;

internal static partial class Log
{
    [LoggerMessage(
        2001,
        LogLevel.Critical,
        "The secret of an authenticator of account {Account} does not open: its row was moved or altered. Reference {Reference}")]
    public static partial void SecretUnreadable(this ILogger logger, Guid account, string reference);

    [LoggerMessage(2002, LogLevel.Warning, "The codes of {Accounts} accounts were too {Age}: check this server's clock")]
    public static partial void ClocksDisagree(this ILogger logger, int accounts, string age);
}
