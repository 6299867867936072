namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A browser that completed a sign-in: it has its own budget for wrong passwords. It never skips a factor.</summary>
public sealed class Device
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required byte[] IdMac { get; init; }

    public required byte[] Seal { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long ExpiresAt { get; init; }
}

internal sealed class DeviceMapping : IEntityTypeConfiguration<Device>
{
    public void Configure(EntityTypeBuilder<Device> builder)
    {
        builder.HasIndex(device => device.IdMac).IsUnique();
        builder.HasIndex(device => device.ExpiresAt);
        builder.HasOne<Account>().WithMany().HasForeignKey(device => device.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Known browsers: one cookie a browser, one row for each account that signed in there.</summary>
public sealed class Devices(TwoFactorDb database, KeyedHasher keyedHasher, SessionLimits limits, TimeProvider time)
{
    /// <summary>The place of all browsers that are not known.</summary>
    public static readonly Guid Unknown = Guid.Empty;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The device's id, or <see cref="Unknown"/>.</summary>
    public async Task<Guid> FindAsync(Guid account, Token? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return Unknown;
        }

        var mac = keyedHasher.TokenId(Purpose(account), token);
        var row = await database.Set<Device>().AsNoTracking().SingleOrDefaultAsync(device => device.IdMac == mac, cancellation);
        return row is not null && row.ExpiresAt > Now && row.AccountId == account
            && KeyedHasher.Same(row.Seal, keyedHasher.TokenSeal(Purpose(account), token, account, row.Id, 0, row.ExpiresAt))
                ? row.Id
                : Unknown;
    }

    /// <summary>
    /// Makes this browser a known one for the account, in the caller's transaction. A browser that has a cookie keeps it.
    /// </summary>
    public async Task<Token> KnowAsync(Guid account, Token? token, CancellationToken cancellation)
    {
        if (token is not null && await FindAsync(account, token, cancellation) != Unknown)
        {
            return token;
        }

        token ??= Token.New();
        var mac = keyedHasher.TokenId(Purpose(account), token);
        await database.Database.ExecuteSqlAsync($"DELETE FROM device WHERE id_mac={mac}", cancellation);
        var id = Guid.NewGuid();
        var endsAt = Now + (limits.DeviceDays * 86_400L);
        database.Add(new Device
        {
            Id = id,
            AccountId = account,
            IdMac = mac,
            Seal = keyedHasher.TokenSeal(Purpose(account), token, account, id, 0, endsAt),
            CreatedAt = Now,
            ExpiresAt = endsAt,
        });
        return token;
    }

    /// <summary>Forgets browsers whose time is over.</summary>
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"DELETE FROM device WHERE id IN (SELECT id FROM device WHERE expires_at<={work.Now} LIMIT {Work.Batch})");
    }

    /// <summary>Forgets every browser of an account, and its budgets.</summary>
    public async Task ForgetAllAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        await work.ExecuteAsync($"DELETE FROM device WHERE account_id={account}");
        await PasswordGuards.ForgetAllAsync(work, account);
    }

    private static string Purpose(Guid account) => $"device.{account:N}";
}
