namespace TwoFactor.Accounts;

using System.Runtime.CompilerServices;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// Keeps what lists show of an account's code guard, invitations and recovery codes: copies on the account's row, so that a list reads one
/// table.
/// </summary>
/// <remarks>
/// Nothing else writes these columns. Code that changes an original calls this in the same story. Lists and bulk invitations choose people
/// by the copies; nothing opens or locks by them.
/// </remarks>
public static class AccountListState
{
    /// <summary>
    /// When the last unused invitation of account {0} ends that was issued under the guard's epoch {1}; null when there is none.
    /// </summary>
    private const string InvitedUntil =
        "(SELECT MAX(expires_at) FROM ticket WHERE account_id={0} AND kind='invitation' AND used_at IS NULL AND epoch={1})";

    /// <summary>Copies the guard. Its epoch decides which invitations still work, so their end is computed again.</summary>
    /// <param name="held">The guard's bits.</param>
    /// <param name="waitUntil">Unset when it does not wait.</param>
    internal static Task CopyGuardAsync(
        Work work, Guid account, Epoch epoch, long held, bool closed, UnixTime waitUntil) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET held={2}, closed={3}, wait_until={4}, invited_until=" + InvitedUntil + " WHERE id={0}",
            account, epoch, held, closed, waitUntil));

    /// <summary>Call it after an invitation was issued. Its row, and the account's, must be saved already.</summary>
    /// <param name="epoch">The guard's epoch when the story commits.</param>
    internal static Task AddInvitationAsync(Work work, Guid account, Epoch epoch, UnixTime createdAt) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET invited_at=COALESCE(invited_at, {2}), invited_until=" + InvitedUntil + " WHERE id={0}",
            account, epoch, createdAt));

    /// <summary>
    /// Does the work of <see cref="AddInvitationAsync"/> and changes nothing: the time of an answer must not tell who was invited.
    /// </summary>
    internal static Task PretendInvitationAsync(Work work, Guid account) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET invited_at=invited_at, invited_until=" + InvitedUntil + " WHERE id={0} AND invited_until=" + InvitedUntil,
            account, 0L));

    /// <summary>Call it when all invitations of an account were ended.</summary>
    internal static Task EndInvitationsAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE account SET invited_until=NULL WHERE id={account} AND invited_until IS NOT NULL");

    /// <summary>Call it after the row of an unused invitation was deleted.</summary>
    /// <param name="endedAt">When that invitation ended. The copy is computed again only if it has this value.</param>
    internal static Task DropInvitationAsync(Work work, Guid account, Epoch epoch, UnixTime endedAt) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET invited_until=" + InvitedUntil + " WHERE id={0} AND invited_until={2}", account, epoch, endedAt));

    /// <summary>
    /// Call it when the address of an account that is not enrolled was changed. It then counts as never invited, so that the next bulk
    /// invitation includes it.
    /// </summary>
    internal static Task MarkNeverInvitedAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE account SET invited_at=NULL WHERE id={account} AND enrolled_at IS NULL");

    /// <summary>Records that the person is reminded now, unless that was done after <paramref name="since"/>.</summary>
    /// <returns>When two stories remind at once, only one of them gets true.</returns>
    internal static async Task<bool> ClaimReminderAsync(Work work, Guid account, UnixTime since) => await work.ExecuteAsync(
        $"UPDATE account SET reminded_at={work.Now} WHERE id={account} AND (reminded_at IS NULL OR reminded_at<={since})") == 1;

    /// <param name="left">Recovery codes of the valid set that are not used.</param>
    internal static Task CopyRecoveryAsync(Work work, Guid account, int left) =>
        work.ExecuteAsync($"UPDATE account SET recovery_left={left} WHERE id={account} AND recovery_left<>{left}");
}
