namespace TwoFactor.Authenticators;

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OtpNet;
using TwoFactor.Storage;

/// <summary>One of the time steps that codes go by, counted from 1970 on (RFC 6238 §4.2: T, with T0 = 0).</summary>
/// <param name="Number">64 bits, so the year 2603 is no special case.</param>
public readonly record struct TimeStep(long Number) : IColumnValue<TimeStep>, IComparable<TimeStep>
{
    long IColumnValue.Stored => Number;

    public static TimeStep FromStored(long stored) => new(stored);

    public int CompareTo(TimeStep other) => Number.CompareTo(other.Number);

    public TimeStep Add(long steps) => new(Number + steps);

    /// <summary>How many steps lie between the two.</summary>
    public long Subtract(TimeStep earlier) => Number - earlier.Number;

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

    public static TimeStep operator +(TimeStep step, long steps) => step.Add(steps);

    public static long operator -(TimeStep later, TimeStep earlier) => later.Subtract(earlier);

    public static bool operator <(TimeStep left, TimeStep right) => left.Number < right.Number;

    public static bool operator >(TimeStep left, TimeStep right) => left.Number > right.Number;

    public static bool operator <=(TimeStep left, TimeStep right) => left.Number <= right.Number;

    public static bool operator >=(TimeStep left, TimeStep right) => left.Number >= right.Number;
}

/// <summary>Which time steps a code belongs to. Pure: it knows no clock, no account and no database.</summary>
public static class TotpCode
{
    private const int PeriodSeconds = 30;

    /// <summary>The length of a time step (RFC 6238 §4, X); the only one that every app honours.</summary>
    public static TimeSpan Period => TimeSpan.FromSeconds(PeriodSeconds);

    /// <summary>The time step of a moment.</summary>
    public static TimeStep StepAt(UnixTime moment) => new(moment.Seconds / PeriodSeconds);

    /// <summary>The code of one time step (RFC 4226 §5.3, six digits, HMAC-SHA-1).</summary>
    public static string At(TotpSecret secret, TimeStep step)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return new Hotp(secret.Reveal(), OtpHashMode.Sha1, SixDigits.Length).ComputeHOTP(step.Number);
    }

    /// <summary>The time steps near <paramref name="now"/> whose code is <paramref name="code"/>, highest first.</summary>
    /// <param name="back">How many steps of 30 s before the current one count.</param>
    /// <param name="ahead">How many after it.</param>
    /// <remarks>RFC 6238 §5.2 allows for delay; every step is always computed, so that the time taken tells nothing.</remarks>
    public static IReadOnlyList<TimeStep> MatchingSteps(TotpSecret secret, SixDigits code, UnixTime now, int back, int ahead)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var current = StepAt(now).Number;
        var hotp = new Hotp(secret.Reveal(), OtpHashMode.Sha1, SixDigits.Length);
        var wanted = Encoding.ASCII.GetBytes(code.Text);
        var matching = new List<TimeStep>();
        for (var number = current + ahead; number >= Math.Max(0, current - back); number--)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hotp.ComputeHOTP(number)), wanted))
            {
                matching.Add(new TimeStep(number));
            }
        }

        return matching;
    }
}
