namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>A pending authenticator: made by a post, shown to one browser, given more time or a new picture.</summary>
public sealed class Enrollments(
    TwoFactorDb database,
    KeyedHasher keyedHasher,
    AuthenticatorSecrets secrets,
    CodeGuards guards,
    Tickets tickets,
    AuditLog audit,
    EnrollmentLimits limits,
    TimeProvider time)
{
    private const string OwnerPurpose = "enrollment";

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Makes a new secret in the caller's transaction, and voids the account's other pending ones. What is active stays.</summary>
    /// <returns>The proof for the browser's own cookie.</returns>
    public Task<Token> StartAsync(Guid account, long epoch, Ticket ticket, Actor actor, CancellationToken cancellation) =>
        StartAsync(account, epoch, new EnrollmentBy(ticket, null, ReplacesAll: true), actor, cancellation);

    /// <inheritdoc cref="StartAsync(Guid, long, Ticket, Actor, CancellationToken)"/>
    /// <param name="extensions">How often more time was asked for already, for an earlier picture of the same ticket.</param>
    public async Task<Token> StartAsync(Guid account, long epoch, EnrollmentBy by, Actor actor, CancellationToken cancellation, int extensions = 0)
    {
        ArgumentNullException.ThrowIfNull(by);
        var voided = await VoidPendingAsync(account, RemovalReasons.OtherBrowser, cancellation);
        var numbers = database.Set<Authenticator>().Where(authenticator => authenticator.AccountId == account);
        var number = (await numbers.MaxAsync(authenticator => (int?)authenticator.Number, cancellation) ?? 0) + 1;
        var owner = Token.New();
        var id = Guid.NewGuid();
        var endsAt = EndOf(by.Ticket);
        var (ciphertext, key) = secrets.Protect(TotpSecret.New(), account, id);
        database.Add(new Authenticator
        {
            Id = id,
            AccountId = account,
            Label = Authenticator.LabelFor(number),
            Number = number,
            State = AuthenticatorStates.Pending,
            Ciphertext = ciphertext,
            KeyId = key,
            ExpiresAt = endsAt,
            BrowserBinding = keyedHasher.TokenId(OwnerPurpose, owner),
            OwnerSeal = keyedHasher.TokenSeal(OwnerPurpose, owner, account, id, epoch, endsAt),
            Epoch = epoch,
            TicketId = by.Ticket.Id,
            SessionId = by.Session,
            ReplacesAll = by.ReplacesAll,
            Extensions = extensions,
            CreatedAt = Now,
        });
        audit.Record(voided > 0 ? AuditKinds.EnrollmentReplaced : AuditKinds.EnrollmentStarted, account, actor);
        return owner;
    }

    /// <summary>Reads what a browser may see. Changes nothing.</summary>
    public async Task<EnrollmentState> FindAsync(Token? owner, CancellationToken cancellation)
    {
        if (await FindRowAsync(owner, cancellation) is not { } row)
        {
            return new EnrollmentState.Unknown();
        }

        if (!secrets.CanJudge)
        {
            return new EnrollmentState.KeyMissing();
        }

        if (await OverAsync(row, cancellation) is { } over)
        {
            return new EnrollmentState.Over(row, over);
        }

        var name = await database.Set<Account>().Where(account => account.Id == row.AccountId)
            .Select(account => account.UserName).SingleAsync(cancellation);
        return secrets.Open(row) switch
        {
            Unprotected.Plain plain => new EnrollmentState.Open(row, new TotpSecret(plain.Bytes), KeyUri.AccountName(name, row.Number)),
            Unprotected.KeyMissing => new EnrollmentState.KeyMissing(),
            _ => new EnrollmentState.Over(row, EnrollmentEnd.Unreadable),
        };
    }

    /// <summary>A new picture for the browser that had one, under the same ticket, as long as that works. Null: it works no longer.</summary>
    public async Task<Token?> RestartAsync(Token? owner, Actor actor, CancellationToken cancellation)
    {
        if (await FindRowAsync(owner, cancellation) is not { } row)
        {
            return null;
        }

        var guard = await guards.ReadAsync(row.AccountId, cancellation);
        var now = Now;
        var ticket = await database.Set<Ticket>().AsNoTracking().SingleOrDefaultAsync(
            found => found.Id == row.TicketId && found.UsedAt == null && found.ExpiresAt > now && found.Epoch == guard.Epoch, cancellation);
        return ticket is not null && row.Epoch == guard.Epoch
            ? await StartAsync(row.AccountId, guard.Epoch, new EnrollmentBy(ticket, row.SessionId, row.ReplacesAll), actor, cancellation, row.Extensions)
            : null;
    }

    /// <summary>"I need more time" (WCAG 2.2, 2.2.1): the picture's time begins anew, some times, as far as its ticket reaches. False: it is over, or this was asked for often enough.</summary>
    public Task<bool> ExtendAsync(Token owner, CancellationToken cancellation) => database.InTransactionAsync(
        async () =>
        {
            if (await FindRowAsync(owner, cancellation) is not { } row || await OverAsync(row, cancellation) is not null)
            {
                return false;
            }

            var ticket = await database.Set<Ticket>().AsNoTracking().SingleAsync(found => found.Id == row.TicketId, cancellation);
            var (now, endsAt) = (Now, EndOf(ticket));
            var seal = keyedHasher.TokenSeal(OwnerPurpose, owner, row.AccountId, row.Id, row.Epoch, endsAt);
            if (await database.Database.ExecuteSqlAsync(
                $"""
                 UPDATE authenticator SET expires_at={endsAt}, owner_seal={seal}, extensions=extensions+1
                  WHERE id={row.Id} AND state='pending' AND owner={row.BrowserBinding} AND extensions<{limits.Extensions} AND expires_at>{now}
                 """,
                cancellation) != 1)
            {
                return false;
            }

            // A proof's own ticket has no other time than that of its picture.
            await tickets.ProlongAsync(row.TicketId, TicketKinds.Proof, endsAt, cancellation);
            return true;
        },
        cancellation);

    public bool MayExtend(Authenticator pending)
    {
        ArgumentNullException.ThrowIfNull(pending);
        return pending.Extensions < limits.Extensions;
    }

    /// <summary>Erases the secrets of pictures whose time is over.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = Now;
        return await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.Expired}
              WHERE state='pending' AND expires_at<={now}
             """,
            cancellation);
    }

    /// <summary>Ends the account's pending ones, in the caller's transaction.</summary>
    internal async Task<int> VoidPendingAsync(Guid account, string because, CancellationToken cancellation)
    {
        var now = Now;
        return await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL,
              removed_because=CASE WHEN expires_at<={now} THEN {RemovalReasons.Expired} ELSE {because} END
              WHERE account_id={account} AND state='pending'
             """,
            cancellation);
    }

    /// <summary>A picture outlives no ticket; that of a proof is its own and goes along.</summary>
    private long EndOf(Ticket ticket)
    {
        var endsAt = Now + (limits.PictureMinutes * 60L);
        return string.Equals(ticket.Kind, TicketKinds.Proof, StringComparison.Ordinal) ? endsAt : Math.Min(endsAt, ticket.ExpiresAt);
    }

    private async Task<Authenticator?> FindRowAsync(Token? owner, CancellationToken cancellation)
    {
        if (owner is null)
        {
            return null;
        }

        var mac = keyedHasher.TokenId(OwnerPurpose, owner);
        var row = await database.Set<Authenticator>().AsNoTracking()
            .SingleOrDefaultAsync(authenticator => authenticator.BrowserBinding == mac && authenticator.State != AuthenticatorStates.Active, cancellation);
        return row is not null && KeyedHasher.Same(
            row.OwnerSeal,
            keyedHasher.TokenSeal(OwnerPurpose, owner, row.AccountId, row.Id, row.Epoch, row.ExpiresAt ?? 0)) ? row : null;
    }

    private async Task<EnrollmentEnd?> OverAsync(Authenticator row, CancellationToken cancellation)
    {
        if (row.Epoch != (await guards.ReadAsync(row.AccountId, cancellation)).Epoch)
        {
            return EnrollmentEnd.Ended;
        }

        return row switch
        {
            { RemovedBecause: RemovalReasons.TooManyWrong } => EnrollmentEnd.TooManyWrong,
            { RemovedBecause: RemovalReasons.OtherBrowser } => EnrollmentEnd.OtherBrowser,
            { RemovedBecause: RemovalReasons.Expired } => EnrollmentEnd.Expired,
            { State: AuthenticatorStates.Removed } => EnrollmentEnd.Ended,
            _ when row.ExpiresAt <= Now => EnrollmentEnd.Expired,
            _ => null,
        };
    }
}
