namespace TwoFactor.Tests.Harness;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Storage;
using Xunit;

/// <summary>
/// The seals of accounts, for tests that write rows past the program: as an attack, which leaves the seals as they are, or to arrange a
/// state that the program itself could have reached, which then has the seals that it would have.
/// </summary>
internal static class AccountSealing
{
    /// <summary>Seals every account as it stands, under the revision that it has.</summary>
    public static Task<int> SealAllAsync(IServiceProvider services) =>
        services.GetRequiredService<TwoFactorDb>().InStoryAsync(
            async work =>
            {
                var guards = await work.Rows.Set<CodeGuard>().AsNoTracking().ToListAsync();
                foreach (var guard in guards)
                {
                    await services.GetRequiredService<AccountSeals>().SealAsync(work, guard.AccountId, guard.Rev, guard.Rev);
                }

                return guards.Count;
            },
            CancellationToken.None);

    /// <summary>Does it for a data directory that no program in this process serves.</summary>
    public static async Task SealAllAsync(string dataDirectory)
    {
        await using var services = new ServiceCollection().AddLogging().AddCheapTwoFactor(TestHost.Read(dataDirectory))
            .BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        await using var scope = services.CreateAsyncScope();
        Assert.Null(await scope.ServiceProvider.GetRequiredService<StartUp>().PrepareKeysAsync(create: false, CancellationToken.None));
        await SealAllAsync(scope.ServiceProvider);
    }

    /// <summary>Changes an account in a story, as the program does: it is opened before, and an event carries the revision.</summary>
    public static Task<T> ChangeAsync<TNoun, T>(this TestHost testHost, Guid account, Func<TNoun, Work, Task<T>> change)
        where TNoun : notnull => testHost.RunAsync<IServiceProvider, T>(TestHost.Stranger, async (services, work) =>
        {
            Assert.True(await services.GetRequiredService<CodeGuards>().OpenAsync(work, account));
            var answer = await change(services.GetRequiredService<TNoun>(), work);
            services.GetRequiredService<AuditLog>().Record(work, AuditKinds.AccountChanged, account);
            return answer;
        });

    /// <summary>
    /// Fails if the program forgot to seal something: at the end of every story, every account must be right for a process that has just
    /// begun.
    /// </summary>
    public static async Task AssertRightAsync(string databaseFile, KeyedHasher hasher)
    {
        if (!hasher.IsLoaded || !File.Exists(databaseFile))
        {
            return;
        }

        await using var database = new TwoFactorDb(
            new DbContextOptionsBuilder<TwoFactorDb>().UseSqlite($"Data Source={databaseFile};Pooling=False").Options);
        var altered = new AlteredAccounts();
        var seals = new AccountSeals(database, hasher, new SealedRequests(), new SeenRevisions(new MarkedRevisions()), altered);
        Assert.Empty((await new SealVerification(database, seals, altered).FindAsync(CancellationToken.None))
            .Select(misfit => $"{misfit.Name}: {string.Join(", ", misfit.Parts)}"));
    }
}
