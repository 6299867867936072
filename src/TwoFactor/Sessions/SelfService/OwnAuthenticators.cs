namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to an owner who changes authenticators.</summary>
public abstract record OwnAuthenticatorOutcome
{
    private OwnAuthenticatorOutcome()
    {
    }

    /// <summary>A picture waits for this browser.</summary>
    public sealed record Opened(Token Owner) : OwnAuthenticatorOutcome;

    /// <param name="Session">The acting session's new id; all others have ended.</param>
    public sealed record Removed(Token Session) : OwnAuthenticatorOutcome;

    public sealed record Renamed : OwnAuthenticatorOutcome;

    public sealed record ProofNeeded : OwnAuthenticatorOutcome;

    /// <summary>It is the last: nothing was changed.</summary>
    public sealed record OnlyOne : OwnAuthenticatorOutcome;

    /// <summary>The guard was closed, or something else about the account changed, at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile : OwnAuthenticatorOutcome;

    public sealed record TooMany(int Most) : OwnAuthenticatorOutcome;

    public sealed record LabelTaken(string Label) : OwnAuthenticatorOutcome;

    public sealed record LabelEmpty : OwnAuthenticatorOutcome;

    public sealed record NotFound : OwnAuthenticatorOutcome;

    /// <summary>The ring does not fit. 503.</summary>
    public sealed record KeyMissing : OwnAuthenticatorOutcome;
}

/// <summary>The owner's own phones: a further one, a new one in place of all, another name, and one less. The last can be replaced, never removed.</summary>
public sealed class OwnAuthenticators(
    TwoFactorDb database,
    Enrollments enrollments,
    AuthenticatorSecrets secrets,
    CodeGuards guards,
    Proofs proofs,
    SessionStore sessions,
    Tickets tickets,
    OwnerNotifications notifications,
    EnrollmentLimits limits,
    AuditLog audit)
{
    public const int LongestLabel = 64;

    public async Task<IReadOnlyList<Authenticator>> ListAsync(Guid account, CancellationToken cancellation) => await Active(account)
        .OrderBy(authenticator => authenticator.Number).ToListAsync(cancellation);

    /// <summary>Whether a new phone will replace all others: it does where no code proved who is at the keyboard, but a recovery code.</summary>
    public bool WouldReplaceAll(CurrentSession me) => !proofs.Has(me, ProofFor.AddAuthenticator) && proofs.Has(me, ProofFor.ReplaceAuthenticators);

    /// <summary>Makes a picture. What is active stays until its first code.</summary>
    public Task<OwnAuthenticatorOutcome> StartAsync(CurrentSession me, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        return database.InTransactionAsync<OwnAuthenticatorOutcome>(
            async () =>
            {
                var replaces = WouldReplaceAll(me);
                if (!replaces && !proofs.Has(me, ProofFor.AddAuthenticator))
                {
                    return new OwnAuthenticatorOutcome.ProofNeeded();
                }

                if (!secrets.CanJudge)
                {
                    return new OwnAuthenticatorOutcome.KeyMissing();
                }

                if (!replaces && await Active(me.Account.Id).CountAsync(cancellation) >= limits.MostAuthenticators)
                {
                    return new OwnAuthenticatorOutcome.TooMany(limits.MostAuthenticators);
                }

                var (_, ticket) = tickets.Issue(TicketKinds.Proof, me.Account.Id, me.Epoch);
                return new OwnAuthenticatorOutcome.Opened(await enrollments.StartAsync(
                    me.Account.Id, me.Epoch, new EnrollmentBy(ticket, me.Session, replaces), actor, cancellation));
            },
            cancellation);
    }

    public Task<OwnAuthenticatorOutcome> RemoveAsync(CurrentSession me, Guid authenticator, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(actor);
        return database.InTransactionAsync(
            async () =>
            {
                var account = me.Account;
                if (await Active(account.Id).SingleOrDefaultAsync(row => row.Id == authenticator, cancellation) is not { } row)
                {
                    return new OwnAuthenticatorOutcome.NotFound();
                }

                if (!proofs.Has(me, ProofFor.RemoveAuthenticator))
                {
                    return new OwnAuthenticatorOutcome.ProofNeeded();
                }

                if (!await guards.RaiseEpochIfOpenAsync(account.Id, me.Epoch, cancellation))
                {
                    return new OwnAuthenticatorOutcome.ChangedMeanwhile();
                }

                if (!await RemoveAsync(account.Id, authenticator, cancellation))
                {
                    return new OwnAuthenticatorOutcome.OnlyOne();
                }

                audit.Record(AuditKinds.AuthenticatorRemoved, account.Id, actor, row.Number);
                notifications.Notify(account, TicketKinds.NotMeRemoved, actor, (messages, context) => messages.AuthenticatorRemoved(context, row.Label));
                return await sessions.RenewAsync(me, me.Epoch + 1, cancellation) is { } session
                    ? new OwnAuthenticatorOutcome.Removed(session)
                    : (OwnAuthenticatorOutcome)new OwnAuthenticatorOutcome.NotFound();
            },
            keep: outcome => outcome is OwnAuthenticatorOutcome.Removed,
            cancellation);
    }

    /// <summary>A name is no factor: no proof is asked, and nobody is told.</summary>
    public Task<OwnAuthenticatorOutcome> RenameAsync(CurrentSession me, Guid authenticator, string? typed, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        var label = DisplayText.Sanitize(typed);
        if (label.Length is 0 or > LongestLabel)
        {
            return Task.FromResult<OwnAuthenticatorOutcome>(new OwnAuthenticatorOutcome.LabelEmpty());
        }

        return database.InTransactionAsync<OwnAuthenticatorOutcome>(
            async () =>
            {
                var own = await ListAsync(me.Account.Id, cancellation);
                if (own.Any(row => row.Id != authenticator && string.Equals(row.Label, label, StringComparison.OrdinalIgnoreCase)))
                {
                    return new OwnAuthenticatorOutcome.LabelTaken(label);
                }

                if (own.All(row => row.Id != authenticator))
                {
                    return new OwnAuthenticatorOutcome.NotFound();
                }

                await database.Database.ExecuteSqlAsync($"UPDATE authenticator SET label={label} WHERE id={authenticator} AND account_id={me.Account.Id}", cancellation);
                audit.Record(AuditKinds.AuthenticatorRenamed, me.Account.Id, actor);
                return new OwnAuthenticatorOutcome.Renamed();
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
