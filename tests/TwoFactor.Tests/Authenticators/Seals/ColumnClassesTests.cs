namespace TwoFactor.Tests.Authenticators.Seals;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using Xunit;

public sealed class ColumnClassesTests
{
    private static readonly string[] Known =
    [
        ColumnClasses.Counts, ColumnClasses.Shows, ColumnClasses.Copy, ColumnClasses.OwnSeal, ColumnClasses.Setup,
        .. Enum.GetValues<SealedPart>().Select(part => part.ToToken()),
    ];

    [Fact]
    public void Every_column_of_the_model_has_a_class()
    {
        using var database = new TwoFactorDb(new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite("Data Source=:memory:").Options);
        var columns = (from entity in database.Model.GetEntityTypes()
                       from property in entity.GetProperties()
                       select (entity.GetTableName()!, property.GetColumnName())).ToList();

        Assert.Empty(columns.Except(ColumnClasses.All.Keys));
        Assert.Empty(ColumnClasses.All.Keys.Except(columns));
        Assert.Empty(ColumnClasses.All.Values.Except(Known, StringComparer.Ordinal));
        Assert.True(ColumnClasses.Deciding.Count() > 55);
    }
}
