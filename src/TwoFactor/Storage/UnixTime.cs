namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

/// <summary>A moment, to the second, as it stands in rows.</summary>
/// <param name="Seconds">Since 1970-01-01 00:00:00 UTC.</param>
public readonly record struct UnixTime(long Seconds) : IComparable<UnixTime>
{
    public static UnixTime Of(DateTimeOffset moment) => new(moment.ToUnixTimeSeconds());

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeSeconds(Seconds);

    public int CompareTo(UnixTime other) => Seconds.CompareTo(other.Seconds);

    /// <summary>Parts of a second are cut off.</summary>
    public UnixTime Add(TimeSpan length) => new(Seconds + (long)length.TotalSeconds);

    public TimeSpan Subtract(UnixTime earlier) => TimeSpan.FromSeconds(Seconds - earlier.Seconds);

    public static UnixTime operator +(UnixTime moment, TimeSpan length) => moment.Add(length);

    public static UnixTime operator -(UnixTime moment, TimeSpan length) => moment.Add(-length);

    public static TimeSpan operator -(UnixTime later, UnixTime earlier) => later.Subtract(earlier);

    public static bool operator <(UnixTime left, UnixTime right) => left.Seconds < right.Seconds;

    public static bool operator >(UnixTime left, UnixTime right) => left.Seconds > right.Seconds;

    public static bool operator <=(UnixTime left, UnixTime right) => left.Seconds <= right.Seconds;

    public static bool operator >=(UnixTime left, UnixTime right) => left.Seconds >= right.Seconds;
}

/// <summary>A moment is an INTEGER column.</summary>
internal sealed class UnixTimeConverter() : ValueConverter<UnixTime, long>(moment => moment.Seconds, seconds => new UnixTime(seconds));
