namespace TwoFactor.Tests.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
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
            .AddInterceptors(new SqlitePragmas(isReader: false))
            .Options);

    /// <summary>An account that guards may name.</summary>
    public Guid NewAccount()
    {
        var id = Guid.NewGuid();
        using var database = Open();
        database.Add(new Account
        {
            Id = id,
            UserName = $"{id:N}",
            Mail = $"{id:N}@acme.example",
            Name = "Ana",
            Role = Role.User,
            RoleSeal = [],
            AddressSeal = [],
            CreatedAt = 0,
        });
        database.SaveChanges();
        return id;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
