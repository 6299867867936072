namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

/// <summary>The end of this browser's session, of one that waits for the password too.</summary>
public sealed class SignOutModel(OwnSessions sessions) : SitePage
{
    public override Dots Dots => Dots.Both;

    private SignedIn? Mine => Me ?? HttpContext.Parked();

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

        await sessions.SignOutAsync(mine, HttpContext.Origin(), cancellation);
        Cookies.Session.Forget(HttpContext);
        Cookies.Enrollment.Forget(HttpContext);
        return RedirectWithNote("/sign-in", NoteWord.SignedOut);
    }
}
