namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration.Passwords;
using TwoFactor.Characters;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class ForgotPasswordModel(PasswordRequests requests) : SitePage
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    /// <summary>Whether the page shows its form; otherwise it says that the form was sent, or that there is none.</summary>
    public bool Asks { get; private set; }

    public override SignInProgress SignInProgress => Asks ? SignInProgress.First : SignInProgress.None;

    public override bool ShowsOnlyProblem => !Asks;

    /// <param name="sent">Set to any value after the form was sent, so that a reload does not send it again.</param>
    public IActionResult OnGet([FromQuery] string? sent)
    {
        if (!IsMailSetUp)
        {
            return NoMail();
        }

        if (sent is not null)
        {
            Title = "Look into your mail";
            return Refused(PasswordLinkText.AskedFor(TextContext));
        }

        return Ask();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (!IsMailSetUp)
        {
            return NoMail();
        }

        if (TypedText.IsBlank(UserName))
        {
            Ask();
            return Refused(new Sentence("Something is missing", "Enter your username or mail address"), "username");
        }

        await requests.AskAsync(UserName, Cookies.Device.Read(HttpContext), HttpContext.Actor(), cancellation);
        return LocalRedirect("/forgot-password?sent=yes");
    }

    private IActionResult Ask()
    {
        (Title, Asks) = ("Forgot your password?", true);
        return Page();
    }

    private IActionResult NoMail()
    {
        Title = "Forgot your password?";
        return Refused(PasswordLinkText.NoMail(TextContext));
    }
}
