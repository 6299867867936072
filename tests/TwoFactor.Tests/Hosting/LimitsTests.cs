namespace TwoFactor.Tests.Hosting;

using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TwoFactor.Authenticators;
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
        var classes = TwoFactor.Hosting.Startup.Limits.Sections.Select(section => section.Type);
        var unbound = typeof(Settings).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Limits", StringComparison.Ordinal) && type is { IsAbstract: false })
            .Except(classes);

        Assert.Empty(unbound);
        Assert.All(
            classes.SelectMany(type => type.GetProperties()).Where(property => property.CanWrite),
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
                Assert.IsType<SettingsParseResult.Valid>(Settings.Read(With(limit.Name, inside)));
                using var services = new ServiceCollection().AddLimits(With(limit.Name, inside)).BuildServiceProvider();
                Assert.Equal(inside, Number(limit.Property, services.GetRequiredService(limit.Section)));
            }

            foreach (var outside in new[] { limit.Least - 1, limit.Most + 1 })
            {
                var refusal = Assert.Single(Assert.IsType<SettingsParseResult.Invalid>(Settings.Read(With(limit.Name, outside))).Refusals);
                Assert.Equal(limit.Name, refusal.Name);
            }
        }
    }

    /// <summary>What no start reads past, the options refuse too: a host that judges no settings cannot run with a wrong number.</summary>
    [Fact]
    public void The_options_themselves_refuse_a_number_out_of_range_and_an_unknown_name()
    {
        using var outside = new ServiceCollection().AddLimits(With("Limits:Codes:FreeWrongCodes", 21)).BuildServiceProvider();
        using var unknown = new ServiceCollection().AddLimits(With("Limits:Codes:FreeWrongCode", 5)).BuildServiceProvider();

        Assert.Throws<OptionsValidationException>(() => outside.GetRequiredService<CodeLimits>());
        Assert.Throws<InvalidOperationException>(() => unknown.GetRequiredService<CodeLimits>());
    }

    private static IEnumerable<Limit> Limits() =>
        from section in TwoFactor.Hosting.Startup.Limits.Sections
        from property in section.Properties
        let range = property.GetCustomAttribute<RangeAttribute>()
        select new Limit(
            section.Type, property, section.NameOf(property),
            Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture),
            Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture),
            Number(property, Activator.CreateInstance(section.Type)!));

    private static long Number(PropertyInfo property, object of) => Convert.ToInt64(property.GetValue(of), CultureInfo.InvariantCulture);

    private static IConfiguration With(string name, long value) => new ConfigurationBuilder()
        .AddInMemoryCollection([KeyValuePair.Create(name, (string?)value.ToString(CultureInfo.InvariantCulture))]).Build();

    private sealed record Limit(Type Section, PropertyInfo Property, string Name, long Least, long Most, long Default);
}
