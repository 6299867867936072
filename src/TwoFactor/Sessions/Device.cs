namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
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

/// <summary>
/// What makes a browser a known one: a token for each person who completed a sign-in there. It says nothing about whose they are.
/// </summary>
/// <param name="Values">The one that was renewed last stands at the end.</param>
public sealed record DeviceTokens(IReadOnlyList<Token> Values)
{
    /// <summary>How many people one browser remembers. A further one takes the place of whoever signed in longest ago.</summary>
    public const int Most = 5;

    private const char Between = '.';

    /// <summary>Reads what <see cref="Reveal"/> wrote. A part that is no token is left out. Returns null when no token is left.</summary>
    public static DeviceTokens? Parse(string? text) =>
        text?.Split(Between, Most + 1).Take(Most).Select(Token.Parse).OfType<Token>().ToList() is { Count: > 0 } tokens
            ? new(tokens)
            : null;

    /// <summary>The text of a cookie.</summary>
    public string Reveal() => string.Join(Between, Values.Select(token => token.Reveal()));

    public override string ToString() => "(hidden)";
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

/// <summary>
/// Known browsers: one row for each person who signed in there, each under a token of its own, and one cookie that holds these tokens.
/// </summary>
public sealed class Devices(
    TwoFactorDb database, KeyedHasher keyedHasher, SessionLimits limits, PasswordGuards passwords, AuditLog audit, TimeProvider time)
{
    /// <summary>Stands for all browsers that are not known; they share one budget.</summary>
    public static readonly Guid Unknown = Guid.Empty;

    private const string Purpose = "device";

    private UnixTime Now => time.Now();

    /// <summary>
    /// The id of the known browser, or <see cref="Unknown"/>. A token of somebody else in the same browser does not count.
    /// </summary>
    /// <param name="tokens">What the browser holds; null when it holds nothing.</param>
    public async Task<Guid> FindAsync(Guid account, DeviceTokens? tokens, CancellationToken cancellation)
    {
        var found = await LiveAsync(database, tokens, Now, cancellation);
        return found.Find(device => device.Row.AccountId == account).Row?.Id ?? Unknown;
    }

    /// <summary>
    /// Makes this browser a known one for the account, in the caller's story. The browser gets a new token each time, so that a copy of the
    /// cookie that somebody kept is worth nothing from then on. The tokens of other people in this browser stay, up to a limit.
    /// </summary>
    public async Task<DeviceTokens> RememberAsync(Work work, Guid account, DeviceTokens? tokens)
    {
        ArgumentNullException.ThrowIfNull(work);
        var live = await LiveAsync(work.Rows, tokens, work.Now, CancellationToken.None);
        var others = live.FindAll(device => device.Row.AccountId != account);
        var token = Token.New();
        if (live.Find(device => device.Row.AccountId == account).Row is { } mine && await RenewAsync(work, mine, token))
        {
            await TrustPasswordAsync(work, account);
        }
        else
        {
            await AddAsync(work, account, token);
        }

        // A row that finds no place in the cookie stays: else whoever copied the cookie could make its owner's browser unknown.
        return new DeviceTokens([.. others.TakeLast(DeviceTokens.Most - 1).Select(device => device.Token), token]);
    }

    /// <summary>
    /// Lets the password work in unknown browsers again, if it was switched off there: its owner signed in from a known one, or chose
    /// another password by a link.
    /// </summary>
    public async Task TrustPasswordAsync(Work work, Guid account)
    {
        if (await passwords.SwitchOnAsync(work, account))
        {
            audit.RecordByOwner(work, AuditKinds.PasswordSwitchedOn, account);
        }
    }

    /// <summary>Deletes the browsers that have expired, with their budgets for wrong passwords.</summary>
    /// <returns>The number of deleted rows. When it equals the batch size, there may be more.</returns>
    public async Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        await PasswordGuards.ForgetAsync(work, await work.Rows.Set<Device>().Where(device => device.ExpiresAt <= now)
            .OrderBy(device => device.ExpiresAt).Take(Work.Batch).Select(device => new PasswordBudget(device.AccountId, device.Id))
            .ToListAsync(CancellationToken.None));
        return await work.ExecuteAsync(
            $"""
             DELETE FROM device WHERE id IN (SELECT id FROM device WHERE expires_at<={now} ORDER BY expires_at LIMIT {Work.Batch})
             """);
    }

    /// <summary>Deletes every known browser of an account, and the account's budgets for wrong passwords.</summary>
    public async Task ForgetAllAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        await work.ExecuteAsync($"DELETE FROM device WHERE account_id={account}");
        await PasswordGuards.ForgetAllAsync(work, account);
    }

    /// <summary>The rows of the tokens, in the order of the tokens. A token whose row is over or was altered is left out.</summary>
    private async Task<List<(Token Token, Device Row)>> LiveAsync(
        TwoFactorDb rows, DeviceTokens? tokens, UnixTime now, CancellationToken cancellation)
    {
        if (tokens is null || tokens.Values.Count == 0)
        {
            return [];
        }

        var hashes = tokens.Values.Select(token => keyedHasher.TokenId(Purpose, token)).ToArray();
        var found = await rows.Set<Device>().AsNoTracking().Where(row => hashes.Contains(row.IdMac)).ToListAsync(cancellation);
        return [.. tokens.Values.Zip(hashes)
            .Select(pair => (Token: pair.First, Row: found.Find(row => row.IdMac.AsSpan().SequenceEqual(pair.Second))))
            .Where(device => device.Row is { } row && row.ExpiresAt > now && IsGenuine(row, device.Token))
            .Select(device => (device.Token, device.Row!))];
    }

    private bool IsGenuine(Device row, Token token) =>
        KeyedHasher.FixedTimeEquals(row.Seal, SealOf(token, row.AccountId, row.Id, row.ExpiresAt));

    /// <summary>Puts a new token in place of the one that found the row. The row keeps its budget.</summary>
    private async Task<bool> RenewAsync(Work work, Device row, Token token)
    {
        var endsAt = work.Now + limits.DeviceLifetime;
        return await work.ExecuteAsync(
            $"""
             UPDATE device SET id_mac={keyedHasher.TokenId(Purpose, token)}, seal={SealOf(token, row.AccountId, row.Id, endsAt)},
              expires_at={endsAt}
              WHERE id={row.Id} AND id_mac={row.IdMac}
             """) == 1;
    }

    private async Task AddAsync(Work work, Guid account, Token token)
    {
        var (id, endsAt) = (Guid.NewGuid(), work.Now + limits.DeviceLifetime);
        await work.ExecuteAsync(
            $"""
             INSERT INTO device (id, account_id, id_mac, seal, created_at, expires_at)
              VALUES ({id}, {account}, {keyedHasher.TokenId(Purpose, token)}, {SealOf(token, account, id, endsAt)}, {work.Now}, {endsAt})
             """);
    }

    private byte[] SealOf(Token token, Guid account, Guid id, UnixTime endsAt) =>
        keyedHasher.TokenSeal(Purpose, token, account, id, Epoch.None, endsAt);
}
