namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Authenticators that an import brings. Their secrets are in the owners' apps already, so nobody scans again. Each waits for its owner's
/// first password, and does not expire.
/// </summary>
public sealed class ImportedAuthenticators(
    TwoFactorDb database, KeyedHasher keyedHasher, AuthenticatorSecrets secrets, Tickets tickets, AuditLog audit)
{
    private const string Label = "Imported";

    /// <summary>Whether one waits for its owner's password.</summary>
    public Task<bool> HasAsync(Guid account, CancellationToken cancellation) => Waiting(database, account).AnyAsync(cancellation);

    /// <summary>
    /// Whether one waits whose secret can be decrypted. One that was altered, or came from another row, must not become an authenticator.
    /// </summary>
    internal async Task<bool> OpensAsync(Guid account, CancellationToken cancellation) =>
        await Waiting(database, account).SingleOrDefaultAsync(cancellation) is { } row && secrets.Open(row) is Unprotected.Plain;

    /// <summary>
    /// Whether codes of a secret that came from a file are accepted. It stays so until its owner removes it, or a scanned one replaces it.
    /// </summary>
    internal static Task<bool> IsUsedAsync(TwoFactorDb rows, Guid account, CancellationToken cancellation) =>
        Authenticator.ActiveOf(rows, account).AnyAsync(row => row.IsImported, cancellation);

    /// <inheritdoc cref="IsUsedAsync(TwoFactorDb, Guid, CancellationToken)"/>
    /// <param name="account">Null when there is no account yet.</param>
    internal async Task<bool> IsUsedAsync(Account? account, CancellationToken cancellation) =>
        account is not null && await IsUsedAsync(database, account.Id, cancellation);

    /// <summary>Erases the one that waits, in the caller's story.</summary>
    internal static async Task RemoveAsync(Work work, Guid account)
    {
        if (await Waiting(work.Rows, account).SingleOrDefaultAsync(CancellationToken.None) is { } row)
        {
            await work.ExecuteAsync(
                $"""
                 UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.Replaced}
                  WHERE id={row.Id} AND state='pending'
                 """);
        }
    }

    /// <summary>
    /// Adds one to an account that never enrolled, in the caller's story; the account's row must be saved. It replaces one that waits
    /// already.
    /// </summary>
    /// <returns>False when the owner began to enroll at the same moment; the story rolls back.</returns>
    internal async Task<bool> AddAsync(Work work, Guid account, Epoch epoch, TotpSecret secret)
    {
        await Enrollments.VoidPendingAsync(work, account, RemovalReasons.Replaced);
        return await work.TryAddAsync(New(work, account, epoch, await Enrollments.NextNumberAsync(work, account), secret));
    }

    /// <summary>Adds one to a new account, which has none to replace.</summary>
    internal void AddNew(Work work, Guid account, TotpSecret secret) =>
        work.Add(New(work, account, Epoch.First, Authenticator.FirstNumber, secret));

    private Authenticator New(Work work, Guid account, Epoch epoch, int number, TotpSecret secret)
    {
        var id = Guid.NewGuid();
        // No browser gets this token: the QR code of an imported authenticator is never shown.
        var nobody = Token.New();
        var (_, ticket) = tickets.Issue(work, TicketKinds.Import, account, epoch);
        var (ciphertext, key) = secrets.Protect(secret, account, id);
        return new Authenticator
        {
            Id = id,
            AccountId = account,
            Label = Label,
            Number = number,
            State = AuthenticatorStates.Pending,
            Ciphertext = ciphertext,
            KeyId = key,
            BrowserBinding = keyedHasher.TokenId(TicketKinds.Import, nobody),
            OwnerSeal = keyedHasher.TokenSeal(TicketKinds.Import, nobody, account, id, epoch, default),
            Epoch = epoch,
            TicketId = ticket.Id,
            ReplacesAll = true,
            CreatedAt = work.Now,
        };
    }

    /// <summary>Makes the one that waits an active one, in the caller's story. Returns false when none waits.</summary>
    internal async Task<bool> ActivateAsync(Work work, Guid account)
    {
        if (await Waiting(work.Rows, account).SingleOrDefaultAsync(CancellationToken.None) is not { } row
            || await work.ExecuteAsync(
                $"""
                 UPDATE authenticator SET state='active', confirmed_at={work.Now}, is_imported=1 WHERE id={row.Id} AND state='pending'
                 """) != 1)
        {
            return false;
        }

        work.Revisions.NoteChange(account);
        audit.Record(work, AuditKinds.EnrollmentConfirmed, account, row.Number);
        return true;
    }

    /// <summary>Whether the one that waits, or an active one, has this secret.</summary>
    internal async Task<bool> IsAsync(Guid account, TotpSecret secret, CancellationToken cancellation)
    {
        var rows = await Waiting(database, account).Concat(Authenticator.ActiveOf(database, account)).ToListAsync(cancellation);
        return rows.Exists(
            row => secrets.Open(row) is Unprotected.Plain plain && KeyedHasher.FixedTimeEquals(plain.Bytes, secret.Reveal()));
    }

    /// <summary>The one that waits. Only an imported one is pending without an end: the pending one of a QR code has one.</summary>
    private static IQueryable<Authenticator> Waiting(TwoFactorDb rows, Guid account) => rows.Set<Authenticator>().AsNoTracking()
        .Where(row => row.AccountId == account && row.State == AuthenticatorStates.Pending && row.ExpiresAt == null);
}
