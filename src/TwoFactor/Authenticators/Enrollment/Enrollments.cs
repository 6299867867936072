namespace TwoFactor.Authenticators.Enrollment;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Pending authenticators. Each is made by a post, and shown to one browser.</summary>
public sealed class Enrollments(
    TwoFactorDb database,
    KeyedHasher keyedHasher,
    AuthenticatorSecrets secrets,
    CodeGuards guards,
    AuditLog audit,
    EnrollmentLimits limits,
    TimeProvider time)
{
    private const string OwnerPurpose = "enrollment";

    private UnixTime Now => time.Now();

    /// <summary>
    /// Adds a pending authenticator with a new secret, in the caller's story, and voids the account's other pending ones. Active ones stay.
    /// </summary>
    /// <returns>
    /// The token for the browser's enrollment cookie. Null when somebody else began to enroll at the same moment; the story rolls back.
    /// </returns>
    public Task<Token?> StartAsync(Work work, Guid account, Epoch epoch, Ticket ticket) =>
        StartAsync(work, account, epoch, new EnrollmentBy(ticket, null, ReplacesAll: true));

    /// <inheritdoc cref="StartAsync(Work, Guid, Epoch, Ticket)"/>
    /// <param name="extensions">How often more time was asked for already, for an earlier QR code of the same ticket.</param>
    public async Task<Token?> StartAsync(Work work, Guid account, Epoch epoch, EnrollmentBy by, int extensions = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(by);
        var voided = await VoidPendingAsync(work, account, RemovalReasons.OtherBrowser);
        var number = await NextNumberAsync(work, account);
        var owner = Token.New();
        var id = Guid.NewGuid();
        var endsAt = EndOf(work, by.Ticket);
        var (ciphertext, key) = secrets.Protect(TotpSecret.New(), account, id);
        var more = More(by.Ticket.Id, by.Session, by.ReplacesAll);
        var isAdded = await work.TryAddAsync(new Authenticator
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
            OwnerSeal = keyedHasher.TokenSeal(OwnerPurpose, owner, account, id, epoch, endsAt, more),
            Epoch = epoch,
            TicketId = by.Ticket.Id,
            SessionId = by.Session,
            ReplacesAll = by.ReplacesAll,
            Extensions = extensions,
            CreatedAt = work.Now,
        });
        if (!isAdded)
        {
            return null;
        }

        audit.Record(work, voided > 0 ? AuditKinds.EnrollmentReplaced : AuditKinds.EnrollmentStarted, account);
        return owner;
    }

    /// <summary>
    /// The account of a browser's enrollment; null when it has none. A story that confirms the enrollment locks this account's guard.
    /// </summary>
    public async Task<Account?> AccountOfAsync(Token? owner, CancellationToken cancellation) =>
        await FindRowAsync(owner, cancellation) is { } row
            ? await database.Set<Account>().AsNoTracking().SingleAsync(account => account.Id == row.AccountId, cancellation)
            : null;

    /// <summary>Reads what a browser may see. Changes nothing.</summary>
    /// <param name="owner">The token in the browser's enrollment cookie.</param>
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

    /// <summary>Erases the secrets of pending authenticators whose time is over.</summary>
    /// <returns>How many. If it is a full batch, there may be more.</returns>
    public Task<int> SweepAsync(Work work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync(
            $"""
             UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL, removed_because={RemovalReasons.Expired}
              WHERE id IN (SELECT id FROM authenticator WHERE state='pending' AND expires_at<={work.Now} LIMIT {Work.Batch})
             """);
    }

    /// <summary>The number after the highest that the account's authenticators ever had.</summary>
    internal static async Task<int> NextNumberAsync(Work work, Guid account) =>
        await work.Rows.Set<Authenticator>().Where(authenticator => authenticator.AccountId == account)
            .MaxAsync(authenticator => (int?)authenticator.Number, CancellationToken.None) is { } highest
            ? highest + 1
            : Authenticator.FirstNumber;

    /// <summary>Ends the account's pending ones, in the caller's story.</summary>
    internal static Task<int> VoidPendingAsync(Work work, Guid account, string because) => work.ExecuteAsync(
        $"""
         UPDATE authenticator SET state='removed', ciphertext=NULL, key_id=NULL,
          removed_because=CASE WHEN expires_at<={work.Now} THEN {RemovalReasons.Expired} ELSE {because} END
          WHERE account_id={account} AND state='pending'
         """);

    /// <summary>
    /// When a QR code that is made now ends: with its ticket at the latest. The ticket of a proof sets no limit, because more time for the
    /// QR code moves its end too.
    /// </summary>
    internal UnixTime EndOf(Work work, Ticket ticket)
    {
        var endsAt = work.Now + limits.QrCodeTime;
        return string.Equals(ticket.Kind, TicketKinds.Proof, StringComparison.Ordinal) ? endsAt : UnixTime.Min(endsAt, ticket.ExpiresAt);
    }

    /// <summary>What binds a pending authenticator to its browser, its account, its end, and to what its first code does.</summary>
    internal byte[] SealOf(Token owner, Authenticator row, UnixTime endsAt) => keyedHasher.TokenSeal(
        OwnerPurpose, owner, row.AccountId, row.Id, row.Epoch, endsAt, More(row.TicketId, row.SessionId, row.ReplacesAll));

    private static CanonicalEncoding More(Guid ticket, Guid? session, bool replacesAll) =>
        new CanonicalEncoding().Id(ticket).Id(session).Number(replacesAll ? 1 : 0);

    /// <summary>The genuine row of a browser's token, also when its time is over; null when there is none, or it is confirmed.</summary>
    internal async Task<Authenticator?> FindRowAsync(Token? owner, CancellationToken cancellation)
    {
        if (owner is null)
        {
            return null;
        }

        var mac = keyedHasher.TokenId(OwnerPurpose, owner);
        var row = await database.Set<Authenticator>().AsNoTracking()
            .SingleOrDefaultAsync(
                authenticator => authenticator.BrowserBinding == mac && authenticator.State != AuthenticatorStates.Active, cancellation);
        return row is not null && KeyedHasher.FixedTimeEquals(
            row.OwnerSeal,
            SealOf(owner, row, row.ExpiresAt ?? default)) ? row : null;
    }

    /// <summary>Why it no longer works; null when it does.</summary>
    internal async Task<EnrollmentEnd?> OverAsync(Authenticator row, CancellationToken cancellation)
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
