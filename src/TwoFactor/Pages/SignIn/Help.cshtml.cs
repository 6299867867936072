namespace TwoFactor.Pages.SignIn;

using TwoFactor.Sessions;

public sealed class HelpModel(PendingSignInStates states) : SitePage
{
    /// <summary>
    /// Whether a code or a recovery code would work. With an open reset, or without an authenticator, only a ticket does.
    /// </summary>
    public bool HasOtherWays { get; private set; }

    public override bool MentionsSupport => true;

    public override SignInProgress SignInProgress => SignInProgress.Second;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "Lost your phone?";
        HasOtherWays = await states.FindAsync(
            Cookies.PendingSignIn.Read(HttpContext),
            cancellation) is PendingSignInState.AskCode or PendingSignInState.Waiting or PendingSignInState.Closed;
    }
}
