namespace TwoFactor.Keys;

using System.Globalization;
using TwoFactor.Storage;

/// <summary>
/// A generation of what an account signs in with. Whatever must end what was given out before begins the next one: a proof of another
/// epoch opens nothing.
/// </summary>
/// <param name="Number">Counted up by the account's code guard.</param>
public readonly record struct Epoch(long Number) : IColumnValue<Epoch>
{
    /// <summary>Of a proof that outlives every change.</summary>
    public static Epoch None => default;

    /// <summary>Of a new account.</summary>
    public static Epoch First => new(1);

    long IColumnValue.Stored => Number;

    public static Epoch FromStored(long stored) => new(stored);

    /// <summary>The one after it.</summary>
    public Epoch Next() => new(Number + 1);

    /// <summary>Reads it from a form.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out Epoch epoch)
    {
        var isNumber = long.TryParse(text, NumberStyles.Integer, provider, out var number);
        epoch = new Epoch(number);
        return isNumber;
    }

    /// <summary>The number alone, as in forms.</summary>
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
