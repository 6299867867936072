namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Forgets tickets long after their time. Those that an authenticator began with stay as long as it does.</summary>
public sealed class TicketSweep(TicketLimits limits)
{
    /// <returns>How many; as many as a batch holds: there may be more.</returns>
    public async Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = work.Now - limits.Kept;
        var gone = await work.Rows.Database.SqlQuery<Swept>(
            $"""
             DELETE FROM ticket WHERE id IN
              (SELECT id FROM ticket WHERE expires_at<{before}
                AND NOT EXISTS (SELECT 1 FROM authenticator WHERE ticket_id=ticket.id) LIMIT {Work.Batch})
              RETURNING CASE WHEN kind={TicketKinds.Invitation} AND used_at IS NULL THEN account_id
                END AS Invited, epoch AS Epoch, expires_at AS ExpiresAt
             """).ToListAsync(CancellationToken.None);
        foreach (var invitation in gone)
        {
            if (invitation.Invited is { } account)
            {
                await AccountListState.DropInvitationAsync(work, account, invitation.Epoch, invitation.ExpiresAt);
            }
        }

        return gone.Count;
    }

    private sealed record Swept(Guid? Invited, Epoch Epoch, UnixTime ExpiresAt);
}
