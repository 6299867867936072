namespace TwoFactor.Hosting.Startup;

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

/// <summary>Reads the options classes below <c>Limits</c>: whole numbers, each within the range that its property names.</summary>
internal sealed class LimitsReader(IConfiguration configuration, List<InvalidSetting> refusals)
{
    private const string Root = "Limits";

    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    public T Read<T>(string section)
        where T : class, new()
    {
        var limits = new T();
        foreach (var property in typeof(T).GetProperties().Where(property => property.GetCustomAttribute<RangeAttribute>() is not null))
        {
            var name = $"{Root}:{section}:{property.Name}";
            known.Add(name);
            if (configuration[name] is not { } value)
            {
                continue;
            }

            var range = property.GetCustomAttribute<RangeAttribute>()!;
            var (least, most) = (Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture), Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture));
            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            {
                refusals.Add(new InvalidSetting(name, value, $"a whole number from {least} to {most}", $"{property.GetValue(limits)}"));
                continue;
            }

            property.SetValue(limits, Convert.ChangeType(number, property.PropertyType, CultureInfo.InvariantCulture));
        }

        return limits;
    }

    /// <summary>A name that nobody reads is a mistyped one: it would silently leave a default in force.</summary>
    public void RefuseUnknown()
    {
        foreach (var entry in configuration.GetSection(Root).AsEnumerable().Where(entry => entry.Value is not null && !known.Contains(entry.Key) && !IsEmptySection(entry)))
        {
            refusals.Add(new InvalidSetting(entry.Key, entry.Value, "one of the limits in docs/security.md", "not set"));
        }
    }

    /// <summary>A section without a value of its own, such as <c>"Limits": {}</c>.</summary>
    private bool IsEmptySection(KeyValuePair<string, string?> entry) =>
        entry.Value is "" && known.Any(name => name.StartsWith(entry.Key + ":", StringComparison.OrdinalIgnoreCase));
}
