namespace TwoFactor.Web;

using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The response status that an exception leads to.</summary>
/// <param name="RetryAfterSeconds">After how many seconds to retry; null when unknown.</param>
public sealed record Failure(int Status, int? RetryAfterSeconds = null)
{
    /// <summary>After how many seconds to retry when the key ring does not match the database: only a person can mend that.</summary>
    internal const int KeyRingRetrySeconds = 60;

    public static Failure Of(Exception exception) => exception switch
    {
        BusyException busy =>
            new Failure(StatusCodes.Status503ServiceUnavailable, (int)Math.Max(1, Math.Ceiling(busy.RetryAfter.TotalSeconds))),
        AlteredAccountException => new Failure(StatusCodes.Status403Forbidden),
        KeyRingProblemException => new Failure(StatusCodes.Status503ServiceUnavailable, KeyRingRetrySeconds),
        _ => new Failure(StatusCodes.Status500InternalServerError),
    };
}
