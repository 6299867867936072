namespace TwoFactor.Tests.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>A real SQLite file in a folder of its own, gone afterwards.</summary>
internal sealed class AccountsDatabase : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("twofactor-accounts-").FullName;

    public AccountsDatabase()
    {
        using var database = Open();
        database.Database.EnsureCreated();
    }

    public TwoFactorDb Open() =>
        new(new DbContextOptionsBuilder<TwoFactorDb>()
            .UseSqlite($"Data Source={Path.Combine(folder, "accounts.db")};Pooling=False")
            .AddInterceptors(new SqlitePragmas())
            .Options);

    /// <summary>An account that guards may name.</summary>
    public static Guid NewAccount() => Guid.NewGuid();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
