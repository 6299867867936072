namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A sign-in whose password was proven. It leads to the second factor and opens nothing else.</summary>
public sealed class PendingSignIn
{
    public required Guid Id { get; init; }

    public required byte[] IdMac { get; init; }

    public required byte[] Seal { get; init; }

    public required Guid AccountId { get; init; }

    public required Epoch Epoch { get; init; }

    public required UnixTime CreatedAt { get; init; }

    public required UnixTime ExpiresAt { get; init; }

    public int Tries { get; init; }

    public UnixTime? UsedAt { get; init; }

    /// <summary>How often its time was extended.</summary>
    public int Extensions { get; init; }

    /// <summary>The longest <see cref="ReturnUrl"/>, in characters, which are ASCII: 1 KB.</summary>
    public const int LongestReturnUrl = 1024;

    /// <summary>The longest <see cref="TypedName"/>, in characters.</summary>
    public const int LongestTypedName = 256;

    /// <summary>Where the person was going: a path of this server, or null.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>The name as typed, given back when the person must start again.</summary>
    public required string TypedName { get; init; }
}

internal sealed class PendingSignInMapping : IEntityTypeConfiguration<PendingSignIn>
{
    public void Configure(EntityTypeBuilder<PendingSignIn> builder)
    {
        builder.Property(pending => pending.ReturnUrl).HasMaxLength(PendingSignIn.LongestReturnUrl);
        builder.Property(pending => pending.TypedName).HasMaxLength(PendingSignIn.LongestTypedName);
        builder.HasIndex(pending => pending.IdMac).IsUnique();
        builder.HasIndex(pending => pending.CreatedAt);
        builder.HasOne<Account>().WithMany().HasForeignKey(pending => pending.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>The rows of pending sign-ins.</summary>
public sealed class PendingSignIns(
    TwoFactorDb database, UnitOfWork unitOfWork, KeyedHasher keyedHasher, SessionLimits limits, TimeProvider time)
{
    private const string Purpose = "pending-sign-in";

    private UnixTime Now => time.Now();

    /// <summary>Adds a pending sign-in to the caller's story.</summary>
    public Token Open(Work work, Guid account, Epoch epoch, string typedName, string? returnUrl)
    {
        ArgumentNullException.ThrowIfNull(work);
        var token = Token.New();
        var id = Guid.NewGuid();
        var endsAt = work.Now + limits.PendingTime;
        work.Add(new PendingSignIn
        {
            Id = id,
            IdMac = keyedHasher.TokenId(Purpose, token),
            Seal = SealOf(token, account, id, epoch, endsAt, returnUrl),
            AccountId = account,
            Epoch = epoch,
            CreatedAt = work.Now,
            ExpiresAt = endsAt,
            ReturnUrl = returnUrl,
            TypedName = typedName,
        });
        return token;
    }

    /// <summary>Finds the row of a token, even when it is over. Returns null when there is none, or when its seal does not match.</summary>
    public async Task<PendingSignIn?> FindAsync(Token? token, CancellationToken cancellation)
    {
        if (token is null)
        {
            return null;
        }

        var mac = keyedHasher.TokenId(Purpose, token);
        var row = await database.Set<PendingSignIn>().AsNoTracking().SingleOrDefaultAsync(pending => pending.IdMac == mac, cancellation);
        return row is not null
            && KeyedHasher.FixedTimeEquals(row.Seal, SealOf(token, row.AccountId, row.Id, row.Epoch, row.ExpiresAt, row.ReturnUrl))
                ? row
                : null;
    }

    /// <summary>Whether the page was made for a sign-in of another account than this browser's current one.</summary>
    public async Task<bool> IsForAnotherAccountAsync(Guid madeFor, PendingSignIn? current, CancellationToken cancellation) =>
        current is not null && madeFor != current.Id
        && await database.Set<PendingSignIn>().AnyAsync(
            pending => pending.Id == madeFor && pending.AccountId != current.AccountId, cancellation);

    /// <summary>Whether a pending sign-in may still ask for a code.</summary>
    public bool IsOpen(PendingSignIn pending)
    {
        ArgumentNullException.ThrowIfNull(pending);
        return pending.UsedAt is null && pending.ExpiresAt > Now && pending.Tries < limits.TriesPerSignIn;
    }

    /// <summary>
    /// "I need more time" (WCAG 2.2, 2.2.1): restarts the time limit, a limited number of times. Returns false when the sign-in is over or
    /// no extension is left.
    /// </summary>
    public async Task<bool> ExtendAsync(Token? token, Actor actor, CancellationToken cancellation)
    {
        if (await FindAsync(token, cancellation) is not { } pending)
        {
            return false;
        }

        var extended = await unitOfWork.RunAsync(
            actor,
            Locks.Pending(pending.Id),
            async work =>
            {
                var endsAt = work.Now + limits.PendingTime;
                var seal = SealOf(token!, pending.AccountId, pending.Id, pending.Epoch, endsAt, pending.ReturnUrl);
                return new Committed<bool>(await work.ExecuteAsync(
                    $"""
                     UPDATE pending_sign_in SET expires_at={endsAt}, seal={seal}, extensions=extensions+1
                      WHERE id_mac={pending.IdMac} AND extensions<{limits.Extensions} AND tries<{limits.TriesPerSignIn}
                        AND used_at IS NULL AND expires_at>{work.Now}
                       AND EXISTS (SELECT 1 FROM code_guard g
                         WHERE g.account_id=pending_sign_in.account_id AND g.epoch=pending_sign_in.epoch)
                     """) == 1);
            },
            cancellation);
        return extended.Value;
    }

    public bool MayExtend(PendingSignIn pending)
    {
        ArgumentNullException.ThrowIfNull(pending);
        return pending.Extensions < limits.Extensions;
    }

    /// <summary>
    /// Claims a try before anything is evaluated. Returns how many tries are left after this one, or null when there was none to claim.
    /// </summary>
    public async Task<int?> ClaimTryAsync(Work work, PendingSignIn pending)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(pending);
        return limits.TriesPerSignIn - await work.OneValueAsync<int>(
            $"""
             UPDATE pending_sign_in SET tries=tries+1
              WHERE id_mac={pending.IdMac} AND tries<{limits.TriesPerSignIn} AND used_at IS NULL AND expires_at>{work.Now}
              RETURNING tries AS Value
             """);
    }

    /// <summary>Marks a pending sign-in as used. Returns false when another request used it first.</summary>
    public async Task<bool> UseAsync(Work work, PendingSignIn pending)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(pending);
        return await work.ExecuteAsync(
            $"UPDATE pending_sign_in SET used_at={work.Now} WHERE id_mac={pending.IdMac} AND used_at IS NULL") == 1;
    }

    /// <summary>
    /// Deletes the ended pending sign-ins of an account, apart from the newest. So repeating a known password does not fill the disk. One
    /// that may still take a code stays, however many there are: nobody pushes out the sign-in of the owner.
    /// </summary>
    internal async Task TrimAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        await work.ExecuteAsync(
            $"""
             DELETE FROM pending_sign_in WHERE id IN (
              SELECT p.id FROM pending_sign_in p JOIN code_guard g ON g.account_id=p.account_id
               WHERE p.account_id={account}
                AND (p.used_at IS NOT NULL OR p.expires_at<={work.Now} OR p.tries>={limits.TriesPerSignIn} OR p.epoch<>g.epoch)
               ORDER BY p.created_at DESC, p.id LIMIT {Work.Batch} OFFSET {limits.EndedSignIns})
             """);
    }

    /// <summary>Deletes pending sign-ins that ended and began more than <see cref="SessionLimits.PendingKeptHours"/> ago.</summary>
    /// <returns>The number of deleted rows. When it equals the batch size, there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = work.Now - limits.PendingKept;
        return work.ExecuteAsync(
            $"""
             DELETE FROM pending_sign_in WHERE id IN (
              SELECT id FROM pending_sign_in
               WHERE created_at<{before} AND (expires_at<={work.Now} OR used_at IS NOT NULL) LIMIT {Work.Batch})
             """);
    }

    private byte[] SealOf(Token token, Guid account, Guid id, Epoch epoch, UnixTime endsAt, string? returnUrl) =>
        keyedHasher.TokenSeal(Purpose, token, account, id, epoch, endsAt, new CanonicalEncoding().Text(returnUrl));
}
