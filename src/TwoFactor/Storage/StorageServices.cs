namespace TwoFactor.Storage;

using TwoFactor.Storage.Connections;

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
            .AddScoped<UnitOfWork>()
            .AddScoped<Migrator>();
    }
}
