namespace TwoFactor.Tests.Harness;

using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Storage.Schema;

/// <summary>For tests of single nouns without a host: a context whose stories go through the unit of work, as in the program.</summary>
public static class Writers
{
    /// <summary>Of each file one: a process has one writer.</summary>
    private static readonly ConcurrentDictionary<string, (WriteTurns Queue, Writer Writer)> Known = new(StringComparer.Ordinal);

    /// <param name="file">Of a test of its own.</param>
    public static TwoFactorDb Open(string file, TimeProvider time, params IInterceptor[] interceptors)
    {
        var limits = new DatabaseLimits();
        var database = new DatabaseConnection($"Data Source={file};Pooling=False");
        var (queue, writer) = Known.GetOrAdd(file, _ => (new WriteTurns(limits), new Writer(database, ExpectedSchema.Current)));
        var services = new ServiceCollection().AddLogging().AddSingleton(time).AddSingleton(limits).AddSingleton(queue).AddSingleton(writer)
            .AddSingleton(ExpectedSchema.Current).AddSingleton<SchemaWatch>().AddSingleton(database)
            .AddSingleton<DiskSpace>().AddScoped<SchemaCheck>().AddScoped<UnitOfWork>()
            .AddDbContext<TwoFactorDb>(
                options => options.UseSqlite(database.ForReading).AddInterceptors([new SqlitePragmas(isReader: false), .. interceptors]));
        return services.BuildServiceProvider().CreateScope().ServiceProvider.GetRequiredService<TwoFactorDb>();
    }

    /// <summary>Closes the file, before its folder goes.</summary>
    public static async Task CloseAsync(string file)
    {
        if (Known.TryRemove(file, out var known))
        {
            await known.Writer.DisposeAsync();
            known.Queue.Dispose();
        }
    }
}
