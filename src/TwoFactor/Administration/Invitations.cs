namespace TwoFactor.Administration;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Whom to invite. Texts as typed.</summary>
public sealed record InvitationRequest(string? UserName, string? Mail, string? Name, Role Role)
{
    /// <summary>Names of groups, separated by semicolons.</summary>
    public string? Groups { get; init; }
    /// <summary>By when the person should be enrolled, as in 2026-12-24; empty for no date.</summary>
    public string? EnrollBy { get; init; }
}

/// <summary>Invites people, and sends them new invitations.</summary>
public sealed class Invitations(
    UnitOfWork unitOfWork,
    AgentActs acts,
    AccountFactory accounts,
    InvitationSender sender,
    RoleChanges roles,
    Groups groups,
    Deadlines deadlines,
    AuditLog audit)
{
    /// <summary>Only admins invite.</summary>
    private static readonly AgentAct<InviteOutcome> Inviting = new(
        Requires.Admin | Requires.Current, _ => new InviteOutcome.NotForThisRole());

    private static readonly AgentAct<InviteOutcome> InvitingAgain = new(
        Requires.Admin | Requires.Outranks,
        refusal => refusal is AgentRefusal.Rank(var name) ? new InviteOutcome.RankForbids(name) : new InviteOutcome.NoSuchAccount());

    /// <summary>Makes an account and invites its person.</summary>
    /// <param name="agent">Null when the console acts.</param>
    public async Task<InviteOutcome> InviteAsync(
        CurrentSession? agent, InvitationRequest request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var userName = UserName.Normalise(request.UserName);
        var mail = MailAddress.Normalise(request.Mail);
        if (userName is null || mail is null)
        {
            return userName is null ? new InviteOutcome.NameNotAllowed() : new InviteOutcome.MailNotAllowed();
        }

        if (GroupName.ReadList(request.Groups) is not { } names)
        {
            return new InviteOutcome.GroupNotAllowed();
        }

        if (!Deadlines.TryParse(request.EnrollBy, out var day))
        {
            return new InviteOutcome.DateNotAllowed();
        }

        return await acts.RunAsync(
            agent,
            actor,
            Inviting,
            about: null,
            async work =>
            {
                // Inviting somebody with a role above user needs a fresh code of the agent.
                if (request.Role != Role.User && !acts.IsProven(agent))
                {
                    return new InviteOutcome.ProofNeeded();
                }

                var id = Guid.NewGuid();
                if (await accounts.ClaimAsync(work, id, userName, mail) is { } taken)
                {
                    return taken;
                }

                var account = accounts.Add(work, id, userName, mail, request.Name, request.Role);
                await work.SaveAsync();
                audit.Record(work, AuditKinds.AccountInvited, account.Id);
                await groups.SetAsync(work, account.Id, names);
                if (day is not null)
                {
                    await deadlines.SetOwnAsync(work, account.Id, day);
                }

                await roles.NotifyAdminsAsync(work, account, before: null, account.Role, AgentAuthorization.NameOf(agent));
                return await sender.SendFirstAsync(work, account.Id);
            },
            cancellation);
    }

    /// <summary>A new invitation for somebody who has not enrolled yet; the older one ends.</summary>
    /// <param name="agent">Null when the console acts.</param>
    public Task<InviteOutcome> InviteAgainAsync(CurrentSession? agent, Guid account, Actor actor, CancellationToken cancellation) =>
        acts.RunAsync(
            agent,
            account,
            actor,
            InvitingAgain,
            async (work, row) => row.EnrolledAt is null
                ? await sender.ReplaceAsync(work, row, resends: 0)
                : new InviteOutcome.EnrolledAlready(),
            cancellation);

    /// <summary>
    /// Sends an expired invitation to its owner again, a few times. One that was used, replaced or stopped is not sent again.
    /// </summary>
    public async Task<ResendOutcome> ResendAsync(Token? token, Actor actor, CancellationToken cancellation) =>
        await sender.OwnerOfEndedAsync(token, cancellation) is { } account
            ? await unitOfWork.RunAsync(actor, Locks.Of(account), work => sender.ResendAsync(work, token), cancellation)
            : new ResendOutcome.NotPossible();
}
