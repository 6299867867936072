namespace TwoFactor.Authenticators.Seals;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// What an account proves itself with beside the password: its active authenticators and its valid set of recovery codes.
/// </summary>
/// <remarks>One statement reads all of it, so that the check of a code needs no more statements than before there were seals.</remarks>
public sealed class FactorSet
{
    private const long OfAuthenticator = 1;
    private const long OfRecoverySet = 2;
    private const long OfRecoveryCode = 3;

    private readonly Guid account;
    private readonly IReadOnlyList<Row> rows;

    private FactorSet(Guid account, IReadOnlyList<Row> rows) => (this.account, this.rows) = (account, rows);

    /// <summary>Id, ciphertext and key of each active authenticator.</summary>
    internal IEnumerable<(Guid Id, ProtectedPayload Secret)> Authenticators =>
        rows.Where(row => row.Kind == OfAuthenticator).Select(row => (row.Id, new ProtectedPayload(row.Bytes, row.KeyId ?? Guid.Empty)));

    /// <summary>The salt and the cost of the valid set of recovery codes; null when there is none.</summary>
    internal (Guid Id, byte[] Salt, int MemoryKibibytes, int Iterations)? RecoverySet =>
        rows.FirstOrDefault(row => row.Kind == OfRecoverySet) is { } row
            ? (row.Id, row.Bytes, (int)row.First, (int)row.Second)
            : null;

    /// <summary>Whether a recovery code of the valid set was not used yet.</summary>
    internal bool HasUnused(Guid set, byte[] hash) => rows.Any(
        row => row.Kind == OfRecoveryCode && row.Id == set && row.At is null && KeyedHasher.FixedTimeEquals(row.Bytes, hash));

    /// <summary>The factors of an account that was just made.</summary>
    internal static FactorSet None(Guid account) => new(account, []);

    internal static async Task<FactorSet> ReadAsync(TwoFactorDb rows, Guid account, CancellationToken cancellation) => new(
        account,
        await rows.Database.SqlQuery<Row>(
            $"""
             SELECT 1 AS "Kind", id AS "Id", key_id AS "KeyId", ciphertext AS "Bytes", number AS "First", is_imported AS "Second",
              confirmed_at AS "At" FROM authenticator WHERE account_id={account} AND state='active'
             UNION ALL
             SELECT 2, id, NULL, salt, memory_kibibytes, iterations, NULL FROM recovery_set WHERE account_id={account} AND state='active'
             UNION ALL
             SELECT 3, c.set_id, NULL, c.hash, 0, 0, c.used_at FROM recovery_code c JOIN recovery_set s ON s.id=c.set_id
              WHERE s.account_id={account} AND s.state='active' AND c.account_id={account}
             ORDER BY 1, 2, 4
             """).ToListAsync(cancellation));

    /// <summary>What decides, as the seal covers it. The number of this form comes first.</summary>
    internal byte[] ToCanonical()
    {
        var content = new CanonicalEncoding().Number(1).Id(account);
        foreach (var row in rows)
        {
            content.Number(row.Kind).Id(row.Id).Id(row.KeyId).Bytes(row.Bytes).Number(row.First).Number(row.Second)
                .Number(row.At?.Seconds);
        }

        return content.ToArray();
    }

    /// <summary>An authenticator, a set or a code.</summary>
    /// <param name="Bytes">Ciphertext, salt or hash.</param>
    /// <param name="First">The number of an authenticator, the memory of a set.</param>
    /// <param name="Second">Whether an authenticator came from a file; the iterations of a set.</param>
    /// <param name="At">When an authenticator was confirmed, or a code used.</param>
    private sealed record Row(long Kind, Guid Id, Guid? KeyId, byte[] Bytes, long First, long Second, UnixTime? At);
}
