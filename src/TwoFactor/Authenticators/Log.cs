namespace TwoFactor.Authenticators;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Critical, "The secret of an authenticator of account {Account} does not open: its row was moved or altered. Reference {Reference}")]
    public static partial void SecretUnreadable(this ILogger logger, Guid account, string reference);
}
