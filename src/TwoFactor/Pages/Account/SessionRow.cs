namespace TwoFactor.Pages.Account;

using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;

/// <summary>A session as its owner's pages show it.</summary>
/// <param name="IsParked">It waits for the password.</param>
/// <param name="IsThis">It is the one that asks.</param>
public sealed record SessionRow(Session Session, bool IsParked, bool IsThis)
{
    public static async Task<IReadOnlyList<SessionRow>> ListAsync(
        SessionManagement sessions, CurrentSession me, CancellationToken cancellation) =>
        [.. (await sessions.ListAsync(me.Account.Id, me.Epoch, cancellation)).Select(
            session => new SessionRow(session, sessions.IsParked(session), session.Id == me.Session))];
}
