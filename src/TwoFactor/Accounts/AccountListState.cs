namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>
/// What lists show of an account's code guard, invitations and recovery codes: copies on the account's row, so that a list reads one
/// table.
/// </summary>
/// <remarks>
/// Nothing else writes these columns. Whoever changes an original calls this in the same transaction.
/// Lists and waves choose people by the copies; nothing opens or locks by them.
/// </remarks>
public sealed class AccountListState(TwoFactorDb database)
{
    /// <summary>When the last invitation of account {0} ends that its guard's epoch {1} lets work; null where none does.</summary>
    private const string InvitedUntil =
        "(SELECT MAX(expires_at) FROM ticket WHERE account_id={0} AND kind='invitation' AND used_at IS NULL AND epoch={1})";

    /// <summary>Copies the guard. Its epoch decides which invitations still work, so their end is found anew.</summary>
    /// <param name="held">The guard's bits.</param>
    /// <param name="waitUntil">Unix seconds; 0: it does not wait.</param>
    internal Task CopyGuardAsync(Guid account, long epoch, long held, bool closed, long waitUntil, CancellationToken cancellation) =>
        database.Database.ExecuteSqlRawAsync(
            "UPDATE account SET held={2}, closed={3}, wait_until={4}, invited_until=" + InvitedUntil + " WHERE id={0}",
            [account, epoch, held, closed, waitUntil],
            cancellation);

    /// <summary>An invitation was made: its row, and the account's, must be saved.</summary>
    /// <param name="epoch">The guard's when the transaction commits.</param>
    internal Task AddInvitationAsync(Guid account, long epoch, long createdAt, CancellationToken cancellation) =>
        database.Database.ExecuteSqlRawAsync(
            "UPDATE account SET invited_at=COALESCE(invited_at, {2}), invited_until=" + InvitedUntil + " WHERE id={0}",
            [account, epoch, createdAt],
            cancellation);

    /// <summary>
    /// Changes nothing, with the work of <see cref="AddInvitationAsync"/>: how long an answer takes must not tell who was invited.
    /// </summary>
    internal Task PretendInvitationAsync(Guid account, CancellationToken cancellation) =>
        database.Database.ExecuteSqlRawAsync(
            "UPDATE account SET invited_at=invited_at, invited_until=" + InvitedUntil + " WHERE id={0} AND invited_until=" + InvitedUntil,
            [account, 0L],
            cancellation);

    /// <summary>No invitation works any more.</summary>
    internal Task EndInvitationsAsync(Guid account, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync(
            $"UPDATE account SET invited_until=NULL WHERE id={account} AND invited_until IS NOT NULL", cancellation);

    /// <summary>The row of an invitation that nobody used was deleted.</summary>
    /// <param name="endedAt">When it ended: if no other ended then, it was the one that the copy tells of.</param>
    internal Task DropInvitationAsync(Guid account, long epoch, long endedAt, CancellationToken cancellation) =>
        database.Database.ExecuteSqlRawAsync(
            "UPDATE account SET invited_until="
                + InvitedUntil
                + " WHERE id={0} AND invited_until={2}", [account, epoch, endedAt], cancellation);

    /// <summary>Nobody was ever invited at the account's present address, so that the next wave does it.</summary>
    internal Task ForgetInvitationsAsync(Guid account, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync($"UPDATE account SET invited_at=NULL WHERE id={account} AND enrolled_at IS NULL", cancellation);

    /// <param name="left">Recovery codes of the valid set that are not used.</param>
    internal Task CopyRecoveryAsync(Guid account, int left, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync(
            $"UPDATE account SET recovery_left={left} WHERE id={account} AND recovery_left<>{left}", cancellation);
}
