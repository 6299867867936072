namespace TwoFactor.Sessions;

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The first code of a new authenticator: it replaces what is older, or stands beside it, tells the owner, and signs in.</summary>
public sealed class EnrollmentConfirmation(
    TwoFactorDb database,
    EnrollmentCheck check,
    SessionStore sessions,
    Devices devices,
    RecoverySets recovery,
    Tickets tickets,
    OwnerNotifications notifications,
    AuditLog audit,
    TimeProvider time,
    ILogger<EnrollmentConfirmation> log)
{
    public async Task<ConfirmOutcome> ConfirmAsync(
        Token? owner, string? typed, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return new ConfirmOutcome.Refused(new EnrollmentVerdict.Malformed(length));
        }

        var outcome = await JudgeAsync(owner, code, oldSession, device, actor, cancellation);
        return outcome is ConfirmOutcome.SignedIn { Next: AfterEnrolling.SaveRecoveryCodes } signedIn && !await MakeFirstCodesAsync(signedIn.Session, actor, cancellation)
            ? signedIn with { Next = AfterEnrolling.MakeRecoveryCodes }
            : outcome;
    }

    private Task<ConfirmOutcome> JudgeAsync(
        Token? owner, SixDigits code, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation) =>
        database.InTransactionAsync<ConfirmOutcome>(
            async () =>
            {
                var me = (await sessions.FindAsync(oldSession, cancellation) as SessionState.Live)?.CurrentSession;
                return await check.ConfirmAsync(owner, code, actor, cancellation) switch
                {
                    // What a proof began belongs to its session: ended, parked, or in another browser it is not confirmed.
                    EnrollmentVerdict.Confirmed { Authenticator.SessionId: { } begun } when me?.Session != begun => new ConfirmOutcome.Refused(new EnrollmentVerdict.Lost()),
                    EnrollmentVerdict.Confirmed confirmed => await SignInAsync(confirmed, me?.ProvenAt, oldSession, device, actor, cancellation),
                    var refused => new ConfirmOutcome.Refused(refused),
                };
            },
            keep: outcome => outcome is not ConfirmOutcome.Refused { Verdict: EnrollmentVerdict.Lost or EnrollmentVerdict.KeyMissing },
            cancellation);

    /// <summary>The first authenticator is followed by the first recovery codes. The sign-in stands whatever becomes of them: the account page offers them too.</summary>
    private async Task<bool> MakeFirstCodesAsync(Token session, Actor actor, CancellationToken cancellation)
    {
        try
        {
            return recovery.CanMake && await sessions.FindAsync(session, cancellation) is SessionState.Live(var me)
                && await recovery.MakeAsync(me.Account.Id, me.Epoch, me.Session, actor with { Kind = ActorKind.Owner, Account = me.Account.Id }, cancellation);
        }
        catch (Exception exception) when (exception is DbException or BusyException or KeyRingProblemException)
        {
            log.FirstCodesNotMade(exception);
            return false;
        }
    }

    private async Task<ConfirmOutcome> SignInAsync(
        EnrollmentVerdict.Confirmed confirmed, long? provenAt, Token? oldSession, Token? device, Actor actor, CancellationToken cancellation)
    {
        var authenticator = confirmed.Authenticator;
        var account = await database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == authenticator.AccountId, cancellation);
        var own = actor with { Kind = ActorKind.Owner, Account = account.Id };
        await tickets.EndAsync(
            account.Id, TicketEnds.Replaced, cancellation, TicketKinds.Setup, TicketKinds.Invitation, TicketKinds.Reset, TicketKinds.PasswordLink, TicketKinds.Proof);
        if (authenticator.SessionId is null)
        {
            // A ticket begins anew: browsers and recovery codes of before count no more.
            await devices.ForgetAllAsync(account.Id, cancellation);
            await recovery.WipeAsync(account.Id, cancellation);
        }

        await NoteEnrolledAsync(account, own, cancellation);

        notifications.Notify(account, TicketKinds.NotMeAuthenticator, actor, (messages, context) => messages.NewAuthenticator(context, authenticator.Label));

        await sessions.ReplaceAsync(oldSession, cancellation);
        var session = await sessions.OpenAsync(
            account.Id, confirmed.Epoch, new SessionOpening(authenticator.Id, confirmed.Step, ProvenAt: authenticator.SessionId is null ? null : provenAt, IsFull: false), own, cancellation);
        audit.Record(AuditKinds.SignInCompleted, account.Id, own);
        return new ConfirmOutcome.SignedIn(session, await devices.KnowAsync(account.Id, device, cancellation), After(authenticator));
    }

    private static AfterEnrolling After(Authenticator authenticator) => authenticator switch
    {
        { SessionId: null } => AfterEnrolling.SaveRecoveryCodes,
        { ReplacesAll: false } => AfterEnrolling.RemoveOrKeep,
        _ => AfterEnrolling.Nothing,
    };

    /// <summary>The first authenticator makes an account an enrolled one; the first admin's also ends the set-up for ever.</summary>
    private async Task NoteEnrolledAsync(Account account, Actor own, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (await database.Database.ExecuteSqlAsync(
            $"UPDATE account SET enrolled_at={now} WHERE id={account.Id} AND enrolled_at IS NULL", cancellation) == 1)
        {
            audit.Record(AuditKinds.AccountEnrolled, account.Id, own);
        }

        if (account.Role == Role.Admin)
        {
            await database.Database.ExecuteSqlAsync(
                $"UPDATE instance SET setup_completed_at={now} WHERE id=1 AND setup_completed_at IS NULL", cancellation);
            await tickets.EndSetupAsync(TicketEnds.Replaced, cancellation);
        }
    }
}
