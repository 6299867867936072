namespace TwoFactor.Tests.Hosting;

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using TwoFactor.Hosting.Startup;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Every number of policy is a setting: the page that lists them and the options classes say the same.</summary>
public sealed class LimitsTests
{
    [Fact]
    public void The_table_in_the_security_page_is_that_of_the_options_classes()
    {
        var shown = File.ReadAllLines(Repository.PathOf("docs", "security.md"))
            .Where(line => line.StartsWith("| `Limits:", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => $"{cells[1].Trim('`')} {cells[3]} {cells[4]}");

        Assert.Equal(
            Limits().Select(limit => $"{limit.Name} {limit.Least} to {limit.Most} {limit.Default}").Order(StringComparer.Ordinal),
            shown.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void Every_number_of_an_options_class_has_a_range_that_holds_its_default()
    {
        var classes = Sections().Select(section => section.PropertyType);
        var unbound = typeof(Settings).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Limits", StringComparison.Ordinal) && type is { IsAbstract: false })
            .Except(classes);

        Assert.Empty(unbound);
        Assert.All(
            Sections().SelectMany(section => section.PropertyType.GetProperties()).Where(property => property.CanWrite),
            property => Assert.NotNull(property.GetCustomAttribute<RangeAttribute>()));
        Assert.All(Limits(), limit => Assert.InRange(limit.Default, limit.Least, limit.Most));
    }

    [Fact]
    public void Every_limit_takes_both_ends_of_its_range_and_nothing_beyond()
    {
        foreach (var limit in Limits())
        {
            foreach (var inside in new[] { limit.Least, limit.Most })
            {
                var settings = Assert.IsType<SettingsParseResult.Valid>(Read(limit.Name, inside)).Settings;
                Assert.Equal(inside, Number(limit.Property, limit.Section.GetValue(settings)!));
            }

            foreach (var outside in new[] { limit.Least - 1, limit.Most + 1 })
            {
                var refusal = Assert.Single(Assert.IsType<SettingsParseResult.Invalid>(Read(limit.Name, outside)).Refusals);
                Assert.Equal(limit.Name, refusal.Name);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Sections() =>
        typeof(Settings).GetProperties().Where(property => property.PropertyType.Name.EndsWith("Limits", StringComparison.Ordinal));

    private static IEnumerable<Limit> Limits() =>
        from section in Sections()
        from property in section.PropertyType.GetProperties()
        let range = property.GetCustomAttribute<RangeAttribute>()
        where range is not null
        select new Limit(
            section, property,
            $"Limits:{section.Name}:{property.Name}",
            Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture),
            Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture),
            Number(property, Activator.CreateInstance(section.PropertyType)!));

    private static long Number(PropertyInfo property, object of) => Convert.ToInt64(property.GetValue(of), CultureInfo.InvariantCulture);

    private static SettingsParseResult Read(string name, long value) => Settings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create(name, (string?)value.ToString(CultureInfo.InvariantCulture))]).Build());

    private sealed record Limit(PropertyInfo Section, PropertyInfo Property, string Name, long Least, long Most, long Default);
}
