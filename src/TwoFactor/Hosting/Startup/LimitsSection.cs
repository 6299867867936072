namespace TwoFactor.Hosting.Startup;

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

/// <summary>One options class, and the section below <c>Limits</c> that it is read from.</summary>
internal abstract class LimitsSection(string name, Type type)
{
    public string Path { get; } = $"{Limits.Root}:{name}";

    public Type Type => type;

    /// <summary>Its limits: every property with a range can be set.</summary>
    public IEnumerable<PropertyInfo> Properties => type.GetProperties().Where(property => property.IsDefined(typeof(RangeAttribute)));

    public IEnumerable<string> Names => Properties.Select(NameOf);

    public string NameOf(PropertyInfo property) => $"{Path}:{property.Name}";

    public abstract void AddTo(IServiceCollection services, IConfiguration configuration);

    /// <summary>
    /// What is wrong with each limit: the setting, its value, what would be right and the default. The binder and its validation refuse the
    /// same values, but show neither the text that was set nor more than the first mistake.
    /// </summary>
    public IEnumerable<InvalidSetting> Refusals(IConfiguration configuration)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in Properties)
        {
            if (configuration[NameOf(property)] is { } value && MustBe(property, value) is { } mustBe)
            {
                yield return new InvalidSetting(NameOf(property), value, mustBe, $"{property.GetValue(defaults)}");
            }
        }
    }

    /// <summary>What would be right; null when the value is.</summary>
    private static string? MustBe(PropertyInfo property, string value)
    {
        var range = property.GetCustomAttribute<RangeAttribute>()!;
        return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && range.IsValid(number)
            ? property.GetCustomAttributes<ValidationAttribute>().FirstOrDefault(rule => !rule.IsValid(number))?.ErrorMessage
            : string.Create(CultureInfo.InvariantCulture, $"a whole number from {range.Minimum} to {range.Maximum}");
    }
}

/// <inheritdoc cref="LimitsSection"/>
internal sealed class LimitsSection<T>(string name) : LimitsSection(name, typeof(T))
    where T : class, new()
{
    public override void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<T>()
            .Bind(configuration.GetSection(Path), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        // Other classes take the options class itself: no limit changes while the program runs.
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }
}
