namespace TwoFactor.Storage;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage.Connections;

/// <summary>The database and the one door for every write.</summary>
public static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, DataDirectory data, string connectionString)
    {
        var database = new DatabaseConnection(connectionString);
        return services
            .AddDbContext<TwoFactorDb>(options =>
            {
                options.UseSqlite(database.ForReading).AddInterceptors(new SqlitePragmas(isReader: true));
                ColumnValueOptions.AddTo(options);
            })
            .AddSingleton(data)
            .AddSingleton(database)
            .AddSingleton<WriteTurns>()
            .AddSingleton<Writer>()
            .AddScoped<UnitOfWork>()
            .AddScoped<Migrator>();
    }
}
