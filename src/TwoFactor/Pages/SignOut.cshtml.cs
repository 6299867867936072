namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

public sealed class SignOutModel(LiveSessions sessions) : SitePage
{
    public override Dots Dots => Dots.Both;

    public void OnGet() => Title = "Sign out?";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await sessions.SignOutAsync(Me!, HttpContext.Origin(), cancellation);
        Cookies.Session.Forget(HttpContext);
        Cookies.Enrollment.Forget(HttpContext);
        return RedirectWithNote("/sign-in", NoteWord.SignedOut);
    }
}
