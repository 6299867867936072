namespace TwoFactor.Web;

using TwoFactor.Sessions;

/// <summary>
/// Finds where a sign-in continues after a second step that takes several pages: a ticket or a repair. Its pending sign-in keeps the return
/// URL until then.
/// </summary>
public sealed class Continuation(PendingSignIns pendings, Cookies cookies)
{
    /// <summary>The return URL of the sign-in that led here in this browser; null when there is none.</summary>
    /// <param name="account">The account that the sign-in must belong to.</param>
    public async Task<string?> FindAsync(HttpContext context, Guid account, CancellationToken cancellation) =>
        await pendings.FindAsync(cookies.PendingSignIn.Read(context), cancellation) is { UsedAt: not null } used
            && used.AccountId == account
            ? ReturnUrl.Clean(used.ReturnUrl)
            : null;
}
