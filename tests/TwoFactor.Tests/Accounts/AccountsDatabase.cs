namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;

/// <summary>A real SQLite file in a folder of its own, gone afterwards.</summary>
internal sealed class AccountsDatabase : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("twofactor-accounts-").FullName;

    private string File => Path.Combine(folder, "accounts.db");

    public AccountsDatabase()
    {
        using var database = Open();
        database.Database.EnsureCreated();
    }

    public TwoFactorDb Open() => Open(TimeProvider.System);

    public TwoFactorDb Open(TimeProvider time) => Writers.Open(File, time);

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
            RoleSince = UnixTime.Unset,
            CreatedAt = UnixTime.Unset,
        });
        database.SaveChanges();
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await Writers.CloseAsync(File);
        Directory.Delete(folder, recursive: true);
    }
}
