namespace TwoFactor.Sessions;

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>Judges the first code of a new authenticator, signs in with it, and makes the first recovery codes.</summary>
public sealed class EnrollmentConfirmation(
    UnitOfWork unitOfWork,
    Enrollments enrollments,
    EnrollmentCheck check,
    EnrollmentSignIn signIn,
    SessionStore sessions,
    NewRecoverySets recovery,
    SetupMark setupMark,
    ILogger<EnrollmentConfirmation> log)
{
    public async Task<ConfirmOutcome> ConfirmAsync(
        Token? browserBinding, string? typed, Token? oldSession, DeviceTokens? device, Actor actor, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return new ConfirmOutcome.Refused(new EnrollmentVerdict.Malformed(length));
        }

        if (await enrollments.AccountOfAsync(browserBinding, cancellation) is not { } account)
        {
            return new ConfirmOutcome.Refused(new EnrollmentVerdict.Unknown());
        }

        // The first admin's authenticator also completes the set-up. That is stored in the row that locks the admins, so it is locked too.
        var locks = account.Role == Role.Admin ? Locks.Of(account.Id).And(Locks.Admins()) : Locks.Of(account.Id);
        var outcome = await unitOfWork.RunAsync(
            actor, locks, work => JudgeAsync(work, browserBinding, code, oldSession, device), cancellation);
        if (outcome is ConfirmOutcome.SignedIn && account.Role == Role.Admin)
        {
            await setupMark.WriteAsync(CancellationToken.None);
        }

        return outcome is ConfirmOutcome.SignedIn { Next: AfterEnrolling.SaveRecoveryCodes } signedIn
            && !await MakeFirstCodesAsync(signedIn.Session, actor, cancellation)
            ? signedIn with { Next = AfterEnrolling.MakeRecoveryCodes }
            : outcome;
    }

    private async Task<ConfirmOutcome> JudgeAsync(Work work, Token? browserBinding, SixDigits code, Token? oldSession, DeviceTokens? device)
    {
        var me = (await sessions.FindAsync(oldSession, CancellationToken.None) as SessionState.Live)?.CurrentSession;
        return await check.ConfirmAsync(work, browserBinding, code) switch
        {
            // An enrollment that a step-up proof started belongs to the session of that proof: once that session has ended or is parked,
            // and in any other browser, it cannot be confirmed.
            EnrollmentVerdict.Confirmed { Authenticator.SessionId: { } begun } when me?.Session != begun =>
                new ConfirmOutcome.Refused(new EnrollmentVerdict.Lost()),
            EnrollmentVerdict.Confirmed confirmed => await signIn.OpenAsync(work, confirmed, me?.ProvenAt, oldSession, device),
            var refused => new ConfirmOutcome.Refused(refused),
        };
    }

    /// <summary>
    /// Makes the first recovery codes after the first authenticator. The sign-in stands even when this fails: the account page offers them
    /// too.
    /// </summary>
    private async Task<bool> MakeFirstCodesAsync(Token session, Actor actor, CancellationToken cancellation)
    {
        try
        {
            return recovery.CanMake && await sessions.FindAsync(session, cancellation) is SessionState.Live(var me)
                && await recovery.MakeAsync(
                    me.Account.Id, me.Epoch, me.Session, actor with { Kind = ActorKind.Owner, Account = me.Account.Id }, cancellation);
        }
        catch (Exception exception) when (exception is DbException or BusyException or KeyRingProblemException)
        {
            log.FirstCodesNotMade(exception);
            return false;
        }
    }
}

/// <summary>
/// Opens a session after an authenticator was confirmed: ends the account's older tickets and this browser's session, and notifies the
/// browserBinding.
/// </summary>
public sealed class EnrollmentSignIn(
    SessionStore sessions, Devices devices, RecoverySets recovery, OwnerNotifications notifications, AuditLog audit)
{
    /// <param name="provenAt">When the current session's proof was given.</param>
    internal async Task<ConfirmOutcome> OpenAsync(
        Work work, EnrollmentVerdict.Confirmed confirmed, UnixTime? provenAt, Token? oldSession, DeviceTokens? device)
    {
        var authenticator = confirmed.Authenticator;
        var account = await work.Rows.Set<Account>().AsNoTracking()
            .SingleAsync(row => row.Id == authenticator.AccountId, CancellationToken.None);
        await Tickets.EndAsync(
            work,
            account.Id,
            TicketEnds.Replaced,
            TicketKinds.Setup,
            TicketKinds.Invitation,
            TicketKinds.Reset,
            TicketKinds.PasswordLink,
            TicketKinds.Proof);
        if (authenticator.SessionId is null)
        {
            // An enrollment by ticket starts afresh: earlier known browsers and recovery codes no longer count.
            await devices.ForgetAllAsync(work, account.Id);
            await recovery.WipeAsync(work, account.Id);
        }

        await NoteEnrolledAsync(work, account);
        notifications.Notify(work, account, OwnerNotices.NewAuthenticator, confirmed.Label);
        await sessions.ReplaceAsync(work, oldSession);
        var session = await sessions.OpenAsync(
            work,
            account.Id,
            confirmed.Epoch,
            new SessionOpening(
                authenticator.Id, confirmed.Step, ProvenAt: authenticator.SessionId is null ? null : provenAt, IsFull: false));
        audit.RecordByOwner(work, AuditKinds.SignInCompleted, account.Id);
        return new ConfirmOutcome.SignedIn(
            session, await devices.RememberAsync(work, account.Id, device), After(authenticator));
    }

    private static AfterEnrolling After(Authenticator authenticator) => authenticator switch
    {
        { SessionId: null } => AfterEnrolling.SaveRecoveryCodes,
        { ReplacesAll: false } => AfterEnrolling.RemoveOrKeep,
        _ => AfterEnrolling.Nothing,
    };

    /// <summary>The first authenticator marks the account as enrolled; the first admin's also completes the set-up for good.</summary>
    private async Task NoteEnrolledAsync(Work work, Account account)
    {
        if (await AccountStatements.EnrollAsync(work, account.Id))
        {
            audit.RecordByOwner(work, AuditKinds.AccountEnrolled, account.Id);
        }

        if (account.Role == Role.Admin)
        {
            if (await work.ExecuteAsync(
                $"UPDATE instance SET setup_completed_at={work.Now} WHERE id=1 AND setup_completed_at IS NULL") == 1)
            {
                audit.RecordByOwner(work, AuditKinds.SetupCompleted, account.Id);
            }

            await Tickets.EndSetupAsync(work, TicketEnds.Replaced);
        }
    }
}
