namespace TwoFactor.Accounts.Passwords;

using System.ComponentModel;
using System.Globalization;
using System.Linq;
using System.Text;
using TwoFactor.Characters;

/// <summary>A password that somebody typed. A form field binds to it. <c>ToString</c> hides it, so that no log line can show it.</summary>
[TypeConverter(typeof(TypedPasswordConverter))]
public sealed class TypedPassword
{
    /// <summary>
    /// A text of more UTF-16 units than this is not normalised: four units for each code point of the longest password that options allow.
    /// </summary>
    private const int LongestNormalised = 4 * PasswordLimits.LongestMaximum;

    public TypedPassword(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        // NFC, so that ä typed on a Mac is the ä typed on a PC (NIST SP 800-63B-4 §3.1.1.2). Blanks are kept: they are part of it.
        Text = typed.Length <= LongestNormalised ? UnicodeText.Normalize(typed, NormalizationForm.FormC) : typed;
        Length = Text.EnumerateRunes().Count();
    }

    /// <summary>Code points, normalised.</summary>
    public int Length { get; }

    /// <summary>Normalised; for rules and hashes only.</summary>
    internal string Text { get; }

    public override string ToString() => "(hidden)";
}

/// <summary>Lets a page bind a form field to <see cref="TypedPassword"/>. There is no way back to text.</summary>
public sealed class TypedPasswordConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override bool CanConvertTo(ITypeDescriptorContext? context, Type? destinationType) => false;

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string typed ? new TypedPassword(typed) : base.ConvertFrom(context, culture, value);
}
