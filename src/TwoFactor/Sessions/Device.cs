namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A browser that completed a sign-in. It has its own budget for wrong passwords. It never skips a factor.</summary>
public sealed class Device
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    public required byte[] IdMac { get; init; }

    public required byte[] Seal { get; init; }

    public required UnixTime CreatedAt { get; init; }

    public required UnixTime ExpiresAt { get; init; }
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

/// <summary>Known browsers: one cookie per browser, one row for each account that signed in there.</summary>
public sealed class Devices(TwoFactorDb database, KeyedHasher keyedHasher, SessionLimits limits, TimeProvider time)
{
    /// <summary>Stands for all browsers that are not known; they share one budget.</summary>
    public static readonly Guid Unknown = Guid.Empty;

    private UnixTime Now => time.Now();

    /// <summary>The id of the known browser, or <see cref="Unknown"/>.</summary>
    public async Task<Guid> FindAsync(Guid account, Token? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return Unknown;
        }

        var mac = keyedHasher.TokenId(Purpose(account), token);
        var row = await database.Set<Device>().AsNoTracking().SingleOrDefaultAsync(device => device.IdMac == mac, cancellation);
        return row is not null && row.ExpiresAt > Now && row.AccountId == account
            && KeyedHasher.FixedTimeEquals(
                row.Seal, keyedHasher.TokenSeal(Purpose(account), token, account, row.Id, Epoch.None, row.ExpiresAt))
                ? row.Id
                : Unknown;
    }

    /// <summary>
    /// Makes this browser a known one for the account, in the caller's story. A browser that has a cookie keeps it.
    /// </summary>
    public async Task<Token> RememberAsync(Work work, Guid account, Token? token)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (token is not null && await FindAsync(account, token, CancellationToken.None) != Unknown)
        {
            return token;
        }

        token ??= Token.New();
        var mac = keyedHasher.TokenId(Purpose(account), token);
        var id = Guid.NewGuid();
        var endsAt = work.Now + limits.DeviceLifetime;
        var seal = keyedHasher.TokenSeal(Purpose(account), token, account, id, Epoch.None, endsAt);

        // What stands under this hash already is over, or was altered: the new row takes its place.
        await work.ExecuteAsync(
            $"""
             INSERT INTO device (id, account_id, id_mac, seal, created_at, expires_at)
              VALUES ({id}, {account}, {mac}, {seal}, {work.Now}, {endsAt})
              ON CONFLICT (id_mac) DO UPDATE SET id=excluded.id, account_id=excluded.account_id, seal=excluded.seal,
               created_at=excluded.created_at, expires_at=excluded.expires_at
             """);
        return token;
    }

    /// <summary>Deletes the browsers that have expired.</summary>
    /// <returns>The number of deleted rows. When it equals the batch size, there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"DELETE FROM device WHERE id IN (SELECT id FROM device WHERE expires_at<={work.Now} LIMIT {Work.Batch})");
    }

    /// <summary>Deletes every known browser of an account, and the account's budgets for wrong passwords.</summary>
    public async Task ForgetAllAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        await work.ExecuteAsync($"DELETE FROM device WHERE account_id={account}");
        await PasswordGuards.ForgetAllAsync(work, account);
    }

    private static string Purpose(Guid account) => $"device.{account:N}";
}
