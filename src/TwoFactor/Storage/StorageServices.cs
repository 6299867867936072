namespace TwoFactor.Storage;

using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;

/// <summary>The database and the one door for every write.</summary>
public static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, DataDirectory data, string connectionString)
    {
        var database = new DatabaseConnection(connectionString);
        return services
            .AddDbContext<TwoFactorDb>(options => database.SetOptions(options, isReader: true))
            .AddSingleton(data)
            .AddSingleton(database)
            .AddSingleton<WriteTurns>()
            .AddSingleton<Writer>()
            .AddSingleton<DiskSpace>()
            .AddSingleton(ExpectedSchema.Current)
            .AddSingleton<SchemaWatch>()
            .AddScoped<SchemaCheck>()
            .AddScoped<UnitOfWork>()
            .AddScoped<DiskProbe>()
            .AddScoped<Migrator>();
    }
}
