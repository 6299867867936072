namespace TwoFactor.Accounts;

using System.Runtime.CompilerServices;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// What lists show of an account's code guard, invitations and recovery codes: copies on the account's row, so that a list reads one
/// table.
/// </summary>
/// <remarks>
/// Nothing else writes these columns. Whoever changes an original calls this in the same story.
/// Lists and bulk invitations choose people by the copies; nothing opens or locks by them.
/// </remarks>
public static class AccountListState
{
    /// <summary>When the last invitation of account {0} ends that its guard's epoch {1} lets work; null where none does.</summary>
    private const string InvitedUntil =
        "(SELECT MAX(expires_at) FROM ticket WHERE account_id={0} AND kind='invitation' AND used_at IS NULL AND epoch={1})";

    /// <summary>Copies the guard. Its epoch decides which invitations still work, so their end is found anew.</summary>
    /// <param name="held">The guard's bits.</param>
    /// <param name="waitUntil">Never set: it does not wait.</param>
    internal static Task CopyGuardAsync(
        Work work, Guid account, Epoch epoch, long held, bool closed, UnixTime waitUntil) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET held={2}, closed={3}, wait_until={4}, invited_until=" + InvitedUntil + " WHERE id={0}",
            account, epoch, held, closed, waitUntil));

    /// <summary>An invitation was made: its row, and the account's, must be saved.</summary>
    /// <param name="epoch">The guard's when the story commits.</param>
    internal static Task AddInvitationAsync(Work work, Guid account, Epoch epoch, UnixTime createdAt) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET invited_at=COALESCE(invited_at, {2}), invited_until=" + InvitedUntil + " WHERE id={0}",
            account, epoch, createdAt));

    /// <summary>
    /// Changes nothing, with the work of <see cref="AddInvitationAsync"/>: how long an answer takes must not tell who was invited.
    /// </summary>
    internal static Task PretendInvitationAsync(Work work, Guid account) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET invited_at=invited_at, invited_until=" + InvitedUntil + " WHERE id={0} AND invited_until=" + InvitedUntil,
            account, 0L));

    /// <summary>No invitation works any more.</summary>
    internal static Task EndInvitationsAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE account SET invited_until=NULL WHERE id={account} AND invited_until IS NOT NULL");

    /// <summary>The row of an invitation that nobody used was deleted.</summary>
    /// <param name="endedAt">When it ended: if no other ended then, it was the one that the copy tells of.</param>
    internal static Task DropInvitationAsync(Work work, Guid account, Epoch epoch, UnixTime endedAt) => work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET invited_until=" + InvitedUntil + " WHERE id={0} AND invited_until={2}", account, epoch, endedAt));

    /// <summary>Nobody was ever invited at the account's present address, so that the next bulk invitation does it.</summary>
    internal static Task ForgetInvitationsAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE account SET invited_at=NULL WHERE id={account} AND enrolled_at IS NULL");

    /// <summary>Its person is reminded now, unless that was done after <paramref name="since"/>.</summary>
    /// <returns>Of two who remind at once, one gets true.</returns>
    internal static async Task<bool> ClaimReminderAsync(Work work, Guid account, UnixTime since) => await work.ExecuteAsync(
        $"UPDATE account SET reminded_at={work.Now} WHERE id={account} AND (reminded_at IS NULL OR reminded_at<={since})") == 1;

    /// <param name="left">Recovery codes of the valid set that are not used.</param>
    internal static Task CopyRecoveryAsync(Work work, Guid account, int left) =>
        work.ExecuteAsync($"UPDATE account SET recovery_left={left} WHERE id={account} AND recovery_left<>{left}");
}
