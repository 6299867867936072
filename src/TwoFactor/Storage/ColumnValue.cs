namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

/// <summary>A value that is a whole number in its column, and more than a number in code.</summary>
public interface IColumnValue
{
    /// <summary>As it stands in rows.</summary>
    long Stored { get; }
}

/// <inheritdoc cref="IColumnValue"/>
/// <remarks>The database maps every type that implements it: none is registered by name.</remarks>
public interface IColumnValue<TSelf> : IColumnValue
    where TSelf : struct, IColumnValue<TSelf>
{
    static abstract TSelf FromStored(long stored);
}

/// <summary>
/// Maps these values to INTEGER wherever one stands: a property, an argument of a statement, a column of what a statement returns.
/// </summary>
internal sealed class ColumnValueMappings : IRelationalTypeMappingSourcePlugin
{
    public RelationalTypeMapping? FindMapping(in RelationalTypeMappingInfo mappingInfo) =>
        mappingInfo.ClrType is { IsValueType: true } type && type.IsAssignableTo(typeof(IColumnValue))
            ? (RelationalTypeMapping)new LongTypeMapping("INTEGER").WithComposedConverter(
                (ValueConverter)Activator.CreateInstance(typeof(ColumnValueConverter<>).MakeGenericType(type))!)
            : null;
}

internal sealed class ColumnValueConverter<T>() : ValueConverter<T, long>(value => value.Stored, stored => Read(stored))
    where T : struct, IColumnValue<T>
{
    /// <summary>An expression tree may not name a static member of an interface.</summary>
    private static T Read(long stored) => T.FromStored(stored);
}

/// <summary>Tells the database of <see cref="ColumnValueMappings"/>.</summary>
internal sealed class ColumnValueOptions : IDbContextOptionsExtension
{
    private static readonly ColumnValueOptions Instance = new();

    private ColumnValueOptions() => Info = new ExtensionInfo(this);

    public DbContextOptionsExtensionInfo Info { get; }

    /// <summary>Where the context is registered, so that it is done once, or else for each context.</summary>
    public static void AddTo(DbContextOptionsBuilder options)
    {
        if (options.Options.FindExtension<ColumnValueOptions>() is null)
        {
            ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(Instance);
        }
    }

    public void ApplyServices(IServiceCollection services) =>
        new EntityFrameworkRelationalServicesBuilder(services).TryAdd<IRelationalTypeMappingSourcePlugin, ColumnValueMappings>();

    public void Validate(IDbContextOptions options)
    {
    }

    private sealed class ExtensionInfo(IDbContextOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "";

        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo)
        {
        }
    }
}
