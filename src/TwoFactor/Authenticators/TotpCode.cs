namespace TwoFactor.Authenticators;

using System.Security.Cryptography;
using System.Text;
using OtpNet;

/// <summary>Which time steps a code belongs to. Pure: it knows no clock, no account and no database.</summary>
public static class TotpCode
{
    /// <summary>Seconds in a time step (RFC 6238 §4, X); the only value that every app honours.</summary>
    public const int Period = 30;

    /// <summary>The time step of a moment (RFC 6238 §4.2: T, with T0 = 0). 64 bits, so the year 2603 is no special case.</summary>
    public static long StepAt(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / Period;

    /// <summary>The code of one time step (RFC 4226 §5.3, six digits, HMAC-SHA-1).</summary>
    public static string At(TotpSecret secret, long step)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return new Hotp(secret.Reveal(), OtpHashMode.Sha1, SixDigits.Length).ComputeHOTP(step);
    }

    /// <summary>The time steps near <paramref name="now"/> whose code is <paramref name="code"/>, highest first.</summary>
    /// <param name="back">How many steps of 30 s before the current one count.</param>
    /// <param name="ahead">How many after it.</param>
    /// <remarks>RFC 6238 §5.2 allows for delay; every step is always computed, so that the time taken tells nothing.</remarks>
    public static IReadOnlyList<long> MatchingSteps(TotpSecret secret, SixDigits code, DateTimeOffset now, int back, int ahead)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var current = StepAt(now);
        var hotp = new Hotp(secret.Reveal(), OtpHashMode.Sha1, SixDigits.Length);
        var wanted = Encoding.ASCII.GetBytes(code.Text);
        var matching = new List<long>();
        for (var step = current + ahead; step >= Math.Max(0, current - back); step--)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hotp.ComputeHOTP(step)), wanted))
            {
                matching.Add(step);
            }
        }

        return matching;
    }
}
