namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Deletes tickets long after their time. A ticket that an authenticator refers to stays as long as the authenticator.</summary>
public sealed class TicketSweep(TicketLimits limits)
{
    /// <returns>How many. If it is a full batch, there may be more.</returns>
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

    /// <param name="Invited">The account, if the ticket was an invitation that was never used or ended.</param>
    private sealed record Swept(Guid? Invited, Epoch Epoch, UnixTime ExpiresAt);
}
