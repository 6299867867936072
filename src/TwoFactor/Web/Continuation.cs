namespace TwoFactor.Web;

using TwoFactor.Sessions;

/// <summary>
/// Where a sign-in goes on to after a second step that takes several pages: a ticket, a repair. Its pending sign-in keeps the return
/// URL until then.
/// </summary>
public sealed class Continuation(PendingSignIns pendings, Cookies cookies)
{
    /// <summary>The return URL of the sign-in by which this browser's person got here; null: nobody was going anywhere.</summary>
    /// <param name="account">Whose sign-in it must have been.</param>
    public async Task<string?> FindAsync(HttpContext context, Guid account, CancellationToken cancellation) =>
        await pendings.FindAsync(cookies.PendingSignIn.Read(context), cancellation) is { UsedAt: not null } used
            && used.AccountId == account
            ? ReturnUrl.Clean(used.ReturnUrl)
            : null;
}
