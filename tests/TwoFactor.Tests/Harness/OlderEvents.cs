namespace TwoFactor.Tests.Harness;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Audit;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Storage;
using Xunit;

/// <summary>
/// As if all events had happened long ago: with other times, the tags and the chain that the program would have made then. No clock of a
/// process can be moved, and what is young cannot be removed.
/// </summary>
internal static class OlderEvents
{
    /// <param name="dataDirectory">Of a server that is stopped.</param>
    public static async Task MakeAsync(string dataDirectory, int days)
    {
        await using var services = new ServiceCollection().AddLogging().AddCheapTwoFactor(TestHost.Read(dataDirectory))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        await using var scope = services.CreateAsyncScope();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<StartUp>().PrepareKeysAsync(create: false, CancellationToken.None));
        var hasher = scope.ServiceProvider.GetRequiredService<KeyedHasher>();
        await scope.ServiceProvider.GetRequiredService<TwoFactorDb>().InStoryAsync(
            async work =>
            {
                var earlier = days * 86_400L;
                await work.ExecuteAsync($"UPDATE audit_event SET at=at-{earlier}, sequence=NULL, mac=NULL");
                foreach (var row in await work.Rows.Set<AuditEvent>().AsNoTracking().ToListAsync())
                {
                    await work.ExecuteAsync($"UPDATE audit_event SET tag={hasher.Tag(row.ToCanonical())} WHERE id={row.Id}");
                }

                return await work.ExecuteAsync($"DELETE FROM audit_head");
            },
            CancellationToken.None);
        foreach (var mark in Directory.EnumerateFiles(dataDirectory, "high-water", SearchOption.AllDirectories))
        {
            File.Delete(mark);
        }

        await scope.ServiceProvider.GetRequiredService<AuditSealer>().SealAsync(CancellationToken.None);
    }
}
