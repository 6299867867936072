namespace TwoFactor.Storage;

using System.Globalization;

/// <summary>A moment, to the second, as it is stored in rows.</summary>
/// <param name="Seconds">Since 1970-01-01 00:00:00 UTC.</param>
public readonly record struct UnixTime(long Seconds) : IColumnValue<UnixTime>, IComparable<UnixTime>
{
    /// <summary>As rows say that it never came.</summary>
    public static UnixTime Unset => default;

    long IColumnValue.Stored => Seconds;

    public static UnixTime FromStored(long stored) => new(stored);

    public static UnixTime Of(DateTimeOffset moment) => new(moment.ToUnixTimeSeconds());

    /// <summary>The first second of a day, in UTC.</summary>
    public static UnixTime Of(DateOnly day) => Of(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));

    /// <summary>The day in UTC.</summary>
    public DateOnly ToDateOnly() => DateOnly.FromDateTime(ToDateTimeOffset().UtcDateTime);

    public static UnixTime Min(UnixTime left, UnixTime right) => left < right ? left : right;

    public static UnixTime Max(UnixTime left, UnixTime right) => left > right ? left : right;

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeSeconds(Seconds);

    public int CompareTo(UnixTime other) => Seconds.CompareTo(other.Seconds);

    /// <summary>Parts of a second are cut off.</summary>
    public UnixTime Add(TimeSpan length) => new(Seconds + (long)length.TotalSeconds);

    public TimeSpan Subtract(UnixTime earlier) => TimeSpan.FromSeconds(Seconds - earlier.Seconds);

    /// <summary>The number alone, as in rows and logs; texts for people are made elsewhere.</summary>
    public override string ToString() => Seconds.ToString(CultureInfo.InvariantCulture);

    public static UnixTime operator +(UnixTime moment, TimeSpan length) => moment.Add(length);

    public static UnixTime operator -(UnixTime moment, TimeSpan length) => moment.Add(-length);

    public static TimeSpan operator -(UnixTime later, UnixTime earlier) => later.Subtract(earlier);

    public static bool operator <(UnixTime left, UnixTime right) => left.Seconds < right.Seconds;

    public static bool operator >(UnixTime left, UnixTime right) => left.Seconds > right.Seconds;

    public static bool operator <=(UnixTime left, UnixTime right) => left.Seconds <= right.Seconds;

    public static bool operator >=(UnixTime left, UnixTime right) => left.Seconds >= right.Seconds;
}

public static class Clock
{
    /// <summary>The moment that it is, to the second.</summary>
    public static UnixTime Now(this TimeProvider time) => UnixTime.Of(time.GetUtcNow());
}
