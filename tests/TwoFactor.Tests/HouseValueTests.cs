namespace TwoFactor.Tests;

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TwoFactor.Storage;
using Xunit;

/// <summary>A moment, a length, an epoch and a time step are values of their own: as numbers they would be taken for one another.</summary>
public sealed partial class HouseValueTests
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const string Words = "At|Until|Since|From|By|Ends|Now|Moment|Epoch|Step|Seconds|Minutes?|Hours|Days";

    [Fact]
    public void Nothing_of_time_is_a_bare_number()
    {
        var found = BareNumbers(typeof(TwoFactor.Program).Assembly.GetTypes()
            .Where(type => type.Namespace is not "TwoFactor.Storage.Migrations")).ToList();

        Assert.True(found.Count is 0, string.Join('\n', found));
    }

    [Fact]
    public void A_planted_number_is_found() => Assert.Equal(
        [
            "Planted EndsAt", "Planted Epoch", "Planted LastStep", "Planted WaitSeconds", "Planted enrollBy", "Planted now",
            "Planted since",
        ],
        BareNumbers([typeof(Planted)]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>Values know their own number, and a line of the log says numbers.</summary>
    private static IEnumerable<string> BareNumbers(IEnumerable<Type> types) =>
        from type in types
        where !type.IsAssignableTo(typeof(IColumnValue)) && !type.IsDefined(typeof(CompilerGeneratedAttribute))
        from named in Fields(type).Concat(Properties(type)).Concat(Parameters(type))
        where named.Type == typeof(long) || named.Type == typeof(long?)
        where OfTime().IsMatch(named.Name)
        select $"{type.Name} {named.Name}";

    private static IEnumerable<(string Name, Type Type)> Fields(Type type) =>
        type.GetFields(Own).Where(field => !field.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(field => (field.Name, field.FieldType));

    private static IEnumerable<(string Name, Type Type)> Properties(Type type) =>
        type.GetProperties(Own).Select(property => (property.Name, property.PropertyType));

    private static IEnumerable<(string Name, Type Type)> Parameters(Type type) =>
        type.GetMethods(Own).Where(method => !method.IsSpecialName && !method.IsDefined(typeof(LoggerMessageAttribute)))
            .Concat<MethodBase>(type.GetConstructors(Own))
            .SelectMany(method => method.GetParameters())
            .Select(parameter => (parameter.Name ?? "", parameter.ParameterType));

    [GeneratedRegex(
        "^(?i:" + Words + ")$|(?<=[a-z0-9])(" + Words + ")$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfTime();

    private sealed record Planted(long EndsAt, long? Epoch, int Step, UnixTime ExpiresAt)
    {
        private readonly long since = EndsAt;

        public long? LastStep => Epoch;

        private long WaitSeconds => since;

        public long After(long count, long now, long? enrollBy) => WaitSeconds + count + now + (enrollBy ?? 0);
    }
}
