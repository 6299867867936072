namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>The answer to an owner who sets a new password.</summary>
public abstract record PasswordChangeOutcome
{
    private PasswordChangeOutcome()
    {
    }

    /// <param name="Session">The acting session's new id; all others have ended.</param>
    public sealed record Changed(Token Session) : PasswordChangeOutcome;

    public sealed record Refused(NewPassword Why) : PasswordChangeOutcome;

    public sealed record ProofNeeded : PasswordChangeOutcome;

    /// <summary>Something else about the account changed at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile : PasswordChangeOutcome;
}

/// <summary>A new password by its owner, after a proof. It is told by mail, and every other session ends.</summary>
public sealed class PasswordChange(
    TwoFactorDb database,
    Proofs proofs,
    NewPasswords passwords,
    CodeGuards guards,
    SessionStore sessions,
    Tickets tickets,
    OwnerNotifications notifications,
    Brand brand,
    AuditLog audit,
    TimeProvider time)
{
    public async Task<PasswordChangeOutcome> SetAsync(CurrentSession me, TypedPassword typed, TypedPassword again, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        ArgumentNullException.ThrowIfNull(actor);
        if (!proofs.Has(me, ProofFor.Password))
        {
            return new PasswordChangeOutcome.ProofNeeded();
        }

        var account = me.Account;
        var names = new[] { brand.Issuer, brand.Name, account.UserName, account.Mail, account.SecondMail, account.Name };
        return await passwords.HashAsync(typed, again, names, cancellation) switch
        {
            NewPassword.Hashed hashed => await database.InTransactionAsync(
                () => SetAsync(me, hashed.Hash, actor, cancellation), keep: outcome => outcome is PasswordChangeOutcome.Changed, cancellation),
            var refused => new PasswordChangeOutcome.Refused(refused),
        };
    }

    private async Task<PasswordChangeOutcome> SetAsync(CurrentSession me, string hash, Actor actor, CancellationToken cancellation)
    {
        var account = me.Account;
        if (!await guards.RaiseEpochIfNotHeldAsync(account.Id, me.Epoch, cancellation))
        {
            return new PasswordChangeOutcome.ChangedMeanwhile();
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await database.Database.ExecuteSqlAsync(
            $"UPDATE account SET password_hash={hash}, password_changed_at={now} WHERE id={account.Id}", cancellation);
        await tickets.EndAsync(account.Id, TicketEnds.Replaced, cancellation, TicketKinds.PasswordLink);
        audit.Record(AuditKinds.PasswordSet, account.Id, actor);
        notifications.Notify(account, TicketKinds.NotMePassword, actor, (messages, context) => messages.PasswordChanged(context, "Whoever changed it was signed in as you, and had confirmed that with a code or a recovery code."));
        return await sessions.RenewAsync(me, me.Epoch + 1, cancellation) is { } session
            ? new PasswordChangeOutcome.Changed(session)
            : new PasswordChangeOutcome.ChangedMeanwhile();
    }
}
