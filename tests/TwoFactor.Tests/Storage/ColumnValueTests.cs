namespace TwoFactor.Tests.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A value is a number in its column: as a property, as an argument, and in what a statement returns.</summary>
public sealed class ColumnValueTests
{
    private static readonly UnixTime Moment = new(1_780_000_000);

    [Fact]
    public async Task A_statement_takes_values_and_returns_them()
    {
        await using var app = new App();
        UnixTime? unset = null;

        var row = await app.AskAsync(services => services.GetRequiredService<TwoFactorDb>().Database.SqlQuery<Row>(
            $"""
             SELECT {Moment} AS "At", {unset} AS "EndsAt", {new Epoch(3)} AS "Epoch", {new TimeStep(1L << 40)} AS "Step",
              typeof({Moment}) AS "Kind"
             """).SingleAsync(TestContext.Current.CancellationToken));

        Assert.Equal(new Row(Moment, null, new Epoch(3), new TimeStep(1L << 40), "integer"), row);
    }

    [Fact]
    public async Task Every_property_of_such_a_type_is_an_integer_column()
    {
        await using var app = new App();

        var columns = await app.AskAsync(services => Task.FromResult(
            services.GetRequiredService<TwoFactorDb>().Model.GetEntityTypes().SelectMany(entity => entity.GetProperties())
                .Where(property =>
                    (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType).IsAssignableTo(typeof(IColumnValue)))
                .Select(property => (Type: Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType, property.GetColumnType()))
                .ToHashSet()));

        Assert.Equal(
            [
                (typeof(Epoch), "INTEGER"), (typeof(TimeStep), "INTEGER"), (typeof(UnixMinute), "INTEGER"), (typeof(UnixTime), "INTEGER"),
            ],
            columns.OrderBy(column => column.Type.Name, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("7", true, 7)]
    [InlineData(" 7 ", true, 7)]
    [InlineData("-1", true, -1)]
    [InlineData("", false, 0)]
    [InlineData("seven", false, 0)]
    [InlineData("99999999999999999999", false, 0)]
    public void An_epoch_in_a_form_is_read_as_a_number(string typed, bool isRead, long number) =>
        Assert.Equal((isRead, new Epoch(number)), (Epoch.TryParse(typed, null, out var epoch), epoch));

    private sealed record Row(UnixTime At, UnixTime? EndsAt, Epoch Epoch, TimeStep Step, string Kind);
}
