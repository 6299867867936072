namespace TwoFactor.Sessions;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>The answer to an owner who changes authenticators.</summary>
public abstract record PhoneOutcome
{
    private PhoneOutcome()
    {
    }

    /// <summary>A picture waits for this browser.</summary>
    public sealed record Opened(Token Owner) : PhoneOutcome;

    /// <param name="Session">The acting session's new id; all others have ended.</param>
    public sealed record Removed(Token Session) : PhoneOutcome;

    public sealed record Renamed : PhoneOutcome;

    public sealed record ProofNeeded : PhoneOutcome;

    /// <summary>It is the last: nothing was changed.</summary>
    public sealed record OnlyOne : PhoneOutcome;

    /// <summary>The guard was closed, or something else about the account changed, at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile : PhoneOutcome;

    public sealed record TooMany(int Most) : PhoneOutcome;

    public sealed record LabelTaken(string Label) : PhoneOutcome;

    public sealed record LabelEmpty : PhoneOutcome;

    public sealed record NotFound : PhoneOutcome;

    /// <summary>The ring does not fit. 503.</summary>
    public sealed record KeyMissing : PhoneOutcome;
}

/// <summary>The owner's own phones: a further one, a new one in place of all, another name, and one less. The last can be replaced, never removed.</summary>
public sealed class PhoneChange(
    TwoFactorDb database,
    Enrollments enrollments,
    AuthenticatorSecrets secrets,
    CodeGuards guards,
    Proofs proofs,
    LiveSessions sessions,
    Tickets tickets,
    OwnerMail mail,
    EnrollmentLimits limits,
    AuditLog audit)
{
    public const int LongestLabel = 64;

    public async Task<IReadOnlyList<Authenticator>> ListAsync(Guid account, CancellationToken cancellation) => await Active(account)
        .OrderBy(authenticator => authenticator.Number).ToListAsync(cancellation);

    /// <summary>Whether a new phone will replace all others: it does where no code proved who is at the keyboard, but a recovery code.</summary>
    public bool WouldReplaceAll(SignedIn me) => !proofs.Has(me, ProofFor.AddAuthenticator) && proofs.Has(me, ProofFor.ReplaceAuthenticators);

    /// <summary>Makes a picture. What is active stays until its first code.</summary>
    public Task<PhoneOutcome> StartAsync(SignedIn me, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        return database.InTransactionAsync<PhoneOutcome>(
            async () =>
            {
                var replaces = WouldReplaceAll(me);
                if (!replaces && !proofs.Has(me, ProofFor.AddAuthenticator))
                {
                    return new PhoneOutcome.ProofNeeded();
                }

                if (!secrets.CanJudge)
                {
                    return new PhoneOutcome.KeyMissing();
                }

                if (!replaces && await Active(me.Account.Id).CountAsync(cancellation) >= limits.MostAuthenticators)
                {
                    return new PhoneOutcome.TooMany(limits.MostAuthenticators);
                }

                var (_, ticket) = tickets.Issue(TicketKinds.Proof, me.Account.Id, me.Epoch);
                return new PhoneOutcome.Opened(await enrollments.StartAsync(
                    me.Account.Id, me.Epoch, new EnrollmentBy(ticket, me.Session, replaces), origin, cancellation));
            },
            cancellation);
    }

    public Task<PhoneOutcome> RemoveAsync(SignedIn me, Guid authenticator, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(origin);
        return database.InTransactionAsync(
            async () =>
            {
                var account = me.Account;
                if (await Active(account.Id).SingleOrDefaultAsync(row => row.Id == authenticator, cancellation) is not { } row)
                {
                    return new PhoneOutcome.NotFound();
                }

                if (!proofs.Has(me, ProofFor.RemoveAuthenticator))
                {
                    return new PhoneOutcome.ProofNeeded();
                }

                if (!await guards.ChangeAsync(account.Id, me.Epoch, cancellation))
                {
                    return new PhoneOutcome.ChangedMeanwhile();
                }

                if (!await RemoveAsync(account.Id, authenticator, cancellation))
                {
                    return new PhoneOutcome.OnlyOne();
                }

                audit.Record(AuditKinds.AuthenticatorRemoved, account.Id, origin, row.Number);
                mail.Tell(account, TicketKinds.NotMeRemoved, origin, (letters, told) => letters.AuthenticatorRemoved(told, row.Label));
                return await sessions.RenewAsync(me, me.Epoch + 1, cancellation) is { } session
                    ? new PhoneOutcome.Removed(session)
                    : (PhoneOutcome)new PhoneOutcome.NotFound();
            },
            keep: outcome => outcome is PhoneOutcome.Removed,
            cancellation);
    }

    /// <summary>A name is no factor: no proof is asked, and nobody is told.</summary>
    public Task<PhoneOutcome> RenameAsync(SignedIn me, Guid authenticator, string? typed, Origin origin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        var label = Names.Clean(typed);
        if (label.Length is 0 or > LongestLabel)
        {
            return Task.FromResult<PhoneOutcome>(new PhoneOutcome.LabelEmpty());
        }

        return database.InTransactionAsync<PhoneOutcome>(
            async () =>
            {
                var own = await ListAsync(me.Account.Id, cancellation);
                if (own.Any(row => row.Id != authenticator && string.Equals(row.Label, label, StringComparison.OrdinalIgnoreCase)))
                {
                    return new PhoneOutcome.LabelTaken(label);
                }

                if (own.All(row => row.Id != authenticator))
                {
                    return new PhoneOutcome.NotFound();
                }

                await database.Database.ExecuteSqlAsync($"UPDATE authenticator SET label={label} WHERE id={authenticator} AND account_id={me.Account.Id}", cancellation);
                audit.Record(AuditKinds.AuthenticatorRenamed, me.Account.Id, origin);
                return new PhoneOutcome.Renamed();
            },
            cancellation);
    }

    private IQueryable<Authenticator> Active(Guid account) => database.Set<Authenticator>().AsNoTracking()
        .Where(authenticator => authenticator.AccountId == account && authenticator.State == AuthenticatorStates.Active);

    private async Task<bool> RemoveAsync(Guid account, Guid authenticator, CancellationToken cancellation) =>
        await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.ByOwner}
              WHERE id={authenticator} AND account_id={account} AND state='active'
                AND EXISTS (SELECT 1 FROM authenticator o WHERE o.account_id={account} AND o.id<>{authenticator} AND o.state='active')
             """,
            cancellation) == 1;
}
