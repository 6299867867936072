namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A new QR code, or more time for the present one, for the browser that had one.</summary>
public sealed class EnrollmentRenewal(
    UnitOfWork unitOfWork, Enrollments enrollments, CodeGuards guards, EnrollmentLimits limits)
{
    /// <summary>Makes a new QR code under the same ticket. Returns null when the ticket no longer works.</summary>
    public async Task<Token?> RestartAsync(Token? owner, Actor actor, CancellationToken cancellation)
    {
        if (await enrollments.FindRowAsync(owner, cancellation) is not { } row)
        {
            return null;
        }

        var restart = await unitOfWork.RunAsync(actor, Locks.Of(row.AccountId), work => RestartAsync(work, row), cancellation);
        return restart.Owner;
    }

    /// <summary>
    /// "I need more time" (WCAG 2.2, 2.2.1): starts the time of a QR code again, but not beyond its ticket. Returns false when its time is
    /// over, or when it was extended often enough.
    /// </summary>
    public async Task<bool> ExtendAsync(Token owner, Actor actor, CancellationToken cancellation)
    {
        if (await enrollments.FindRowAsync(owner, cancellation) is not { } row)
        {
            return false;
        }

        var extension = await unitOfWork.RunAsync(actor, Locks.Of(row.AccountId), work => ExtendAsync(work, owner), cancellation);
        return extension.Value;
    }

    public bool MayExtend(Authenticator pending)
    {
        ArgumentNullException.ThrowIfNull(pending);
        return pending.Extensions < limits.Extensions;
    }

    /// <param name="row">A row that was read before the story: its account, epoch and ticket never change.</param>
    private async Task<Restart> RestartAsync(Work work, Authenticator row)
    {
        var guard = await guards.OfAsync(work, row.AccountId);
        var ticket = await ValidTickets.At(work.Rows, work.Now)
            .SingleOrDefaultAsync(found => found.Id == row.TicketId, CancellationToken.None);
        if (ticket is null || row.Epoch != guard.Epoch)
        {
            return new Restart(null);
        }

        var owner = await enrollments.StartAsync(
            work, row.AccountId, guard.Epoch, new EnrollmentBy(ticket, row.SessionId, row.ReplacesAll), row.Extensions);
        await ExtendProofAsync(work, row, enrollments.EndOf(work, ticket));
        return new Restart(owner);
    }

    private async Task<Committed<bool>> ExtendAsync(Work work, Token owner)
    {
        if (await enrollments.FindRowAsync(owner, CancellationToken.None) is not { } row
            || await enrollments.OverAsync(row, CancellationToken.None) is not null)
        {
            return new Committed<bool>(false);
        }

        var ticket = await work.Rows.Set<Ticket>().AsNoTracking().SingleAsync(found => found.Id == row.TicketId, CancellationToken.None);
        var endsAt = enrollments.EndOf(work, ticket);
        var seal = enrollments.SealOf(owner, row, endsAt);
        if (await work.ExecuteAsync(
            $"""
             UPDATE authenticator SET expires_at={endsAt}, owner_seal={seal}, extensions=extensions+1
              WHERE id={row.Id} AND state='pending' AND owner={row.BrowserBinding}
                AND extensions<{limits.Extensions} AND expires_at>{work.Now}
             """) != 1)
        {
            return new Committed<bool>(false);
        }

        await ExtendProofAsync(work, row, endsAt);
        return new Committed<bool>(true);
    }

    /// <summary>The ticket that a proof issued must not end before its QR code. Any other ticket keeps its end.</summary>
    private static Task ExtendProofAsync(Work work, Authenticator row, UnixTime endsAt) =>
        Tickets.ExtendAsync(work, row.TicketId, TicketKinds.Proof, endsAt);

    private sealed record Restart(Token? Owner) : IOutcome
    {
        public bool Commits => Owner is not null;
    }
}
