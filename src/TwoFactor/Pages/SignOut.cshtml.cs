namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>Ends this browser's session, even a parked one.</summary>
public sealed class SignOutModel(SessionManagement sessions) : SitePage
{
    public override SignInProgress SignInProgress => SignInProgress.Both;

    private CurrentSession? Mine => Me ?? HttpContext.Parked();

    public IActionResult OnGet()
    {
        Title = "Sign out?";
        return Mine is null ? LocalRedirect("/sign-in") : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Mine is not { } mine)
        {
            return LocalRedirect("/sign-in");
        }

        await sessions.SignOutAsync(mine, HttpContext.Actor(), cancellation);
        Cookies.Session.Forget(HttpContext);
        Cookies.Enrollment.Forget(HttpContext);
        return RedirectWithFlash("/sign-in", FlashMessage.SignedOut);
    }
}
