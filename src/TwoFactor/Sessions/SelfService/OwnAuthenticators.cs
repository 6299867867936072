namespace TwoFactor.Sessions.SelfService;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The answer to an owner who changes authenticators.</summary>
public abstract record OwnAuthenticatorOutcome : IOutcome
{
    private OwnAuthenticatorOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <summary>A QR code is ready for this browser.</summary>
    public sealed record Opened(Token Owner) : OwnAuthenticatorOutcome(commits: true);

    /// <param name="Session">The acting session's new token; all other sessions have ended.</param>
    public sealed record Removed(Token Session) : OwnAuthenticatorOutcome(commits: true);

    public sealed record Renamed() : OwnAuthenticatorOutcome(commits: true);

    public sealed record ProofNeeded() : OwnAuthenticatorOutcome(commits: false);

    /// <summary>It is the last authenticator. Nothing was changed.</summary>
    public sealed record OnlyOne() : OwnAuthenticatorOutcome(commits: false);

    /// <summary>The guard was closed, or something else about the account changed, at the same moment. Nothing was changed here.</summary>
    public sealed record ChangedMeanwhile() : OwnAuthenticatorOutcome(commits: false);

    public sealed record TooMany(int Most) : OwnAuthenticatorOutcome(commits: false);

    public sealed record LabelTaken(string Label) : OwnAuthenticatorOutcome(commits: false);

    public sealed record LabelEmpty() : OwnAuthenticatorOutcome(commits: false);

    public sealed record NotFound() : OwnAuthenticatorOutcome(commits: false);

    /// <summary>The key ring does not match the database. The answer is 503.</summary>
    public sealed record KeyMissing() : OwnAuthenticatorOutcome(commits: false);
}

/// <summary>Lets owners add an authenticator, replace all of them by a new one, and rename one.</summary>
public sealed class OwnAuthenticators(
    TwoFactorDb database,
    UnitOfWork unitOfWork,
    Enrollments enrollments,
    AuthenticatorSecrets secrets,
    Proofs proofs,
    Tickets tickets,
    EnrollmentLimits limits,
    AuditLog audit)
{
    public async Task<IReadOnlyList<Authenticator>> ListAsync(Guid account, CancellationToken cancellation) =>
        await Authenticator.ActiveOf(database, account)
            .OrderBy(authenticator => authenticator.Number).ToListAsync(cancellation);

    /// <summary>Whether a new authenticator will replace all others: it does when the only fresh proof is a recovery code.</summary>
    public bool WouldReplaceAll(CurrentSession me) =>
        !proofs.Has(me, ProofFor.AddAuthenticator) && proofs.Has(me, ProofFor.ReplaceAuthenticators);

    /// <summary>Starts an enrollment and its QR code. Active authenticators stay until its first code is accepted.</summary>
    public async Task<OwnAuthenticatorOutcome> StartAsync(CurrentSession me, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        var replaces = WouldReplaceAll(me);
        if (!replaces && !proofs.Has(me, ProofFor.AddAuthenticator))
        {
            return new OwnAuthenticatorOutcome.ProofNeeded();
        }

        return secrets.CanJudge
            ? await unitOfWork.RunAsync(actor, Locks.Of(me.Account.Id), work => StartAsync(work, me, replaces), cancellation)
            : new OwnAuthenticatorOutcome.KeyMissing();
    }

    /// <summary>A label is no factor: renaming needs no proof, and the owner is not notified.</summary>
    public async Task<OwnAuthenticatorOutcome> RenameAsync(
        CurrentSession me, Guid authenticator, string? typed, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        var label = DisplayText.Sanitize(typed);
        return label.Length == 0 || Math.Max(label.Length, Authenticator.Fold(label).Length) > Authenticator.LongestLabel
            ? new OwnAuthenticatorOutcome.LabelEmpty()
            : await unitOfWork.RunAsync(
                actor, Locks.Of(me.Account.Id), work => RenameAsync(work, me.Account.Id, authenticator, label), cancellation);
    }

    private async Task<OwnAuthenticatorOutcome> StartAsync(Work work, CurrentSession me, bool replaces)
    {
        if (!replaces
            && await Authenticator.ActiveOf(work.Rows, me.Account.Id).CountAsync(CancellationToken.None) >= limits.MostAuthenticators)
        {
            return new OwnAuthenticatorOutcome.TooMany(limits.MostAuthenticators);
        }

        var (_, ticket) = tickets.Issue(work, TicketKinds.Proof, me.Account.Id, me.Epoch);
        var by = new EnrollmentBy(ticket, me.Session, replaces);
        return await enrollments.StartAsync(work, me.Account.Id, me.Epoch, by) is { } owner
            ? new OwnAuthenticatorOutcome.Opened(owner)
            : new OwnAuthenticatorOutcome.ChangedMeanwhile();
    }

    private async Task<OwnAuthenticatorOutcome> RenameAsync(Work work, Guid account, Guid authenticator, string label)
    {
        if (!await Authenticator.ActiveOf(work.Rows, account).AnyAsync(row => row.Id == authenticator, CancellationToken.None))
        {
            return new OwnAuthenticatorOutcome.NotFound();
        }

        if (!await AuthenticatorStatements.RenameAsync(work, account, authenticator, label))
        {
            return new OwnAuthenticatorOutcome.LabelTaken(label);
        }

        audit.Record(work, AuditKinds.AuthenticatorRenamed, account);
        return new OwnAuthenticatorOutcome.Renamed();
    }
}
