namespace TwoFactor.Pages.Account;

using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;

/// <summary>A session, as the pages of its owner show it.</summary>
/// <param name="IsParked">Whether it is parked until the password is entered.</param>
/// <param name="IsThis">Whether it is the current session.</param>
public sealed record SessionRow(Session Session, bool IsParked, bool IsThis)
{
    public static async Task<IReadOnlyList<SessionRow>> ListAsync(
        SessionManagement sessions, CurrentSession me, CancellationToken cancellation) =>
        [.. (await sessions.ListAsync(me.Account.Id, cancellation)).Select(
            session => new SessionRow(session, sessions.IsParked(session), session.Id == me.Session))];
}
