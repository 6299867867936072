namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class SetupModel(InitialSetup initialSetup) : SitePage
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "email")]
    public string? Mail { get; set; }

    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>The link opens the form; otherwise the page says why not.</summary>
    public bool IsOpen { get; private set; }

    public override SignInProgress SignInProgress => IsOpen ? SignInProgress.First : SignInProgress.None;

    public override bool ShowsOnlyProblem => !IsOpen;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        Title = "Make the first admin";
        var link = token is null ? Cookies.Setup.Read(HttpContext) : Token.Parse(token);
        var state = await initialSetup.FindAsync(link, cancellation);
        if (state is SetupState.Unknown)
        {
            return NotFound();
        }

        if (state is not SetupState.Open)
        {
            Title = "This link is over";
            return Refused(InitialSetupText.For(state));
        }

        IsOpen = true;
        if (token is null)
        {
            return Page();
        }

        Cookies.Setup.Write(HttpContext, link!);
        return LocalRedirect("/setup");
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Make the first admin";
        IsOpen = true;
        var empty = new TypedPassword("");
        switch (await initialSetup.SubmitAsync(
            Cookies.Setup.Read(HttpContext), UserName, Mail, Password ?? empty, Again ?? empty, HttpContext.Actor(), cancellation))
        {
            case AcceptOutcome.EnrollmentOpened(var owner):
                Cookies.Enrollment.Write(HttpContext, owner);
                return LocalRedirect("/enroll");
            case AcceptOutcome.PasswordRefused refused:
                return Refused(InvitationAcceptanceText.For(refused, TextContext), refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case AcceptOutcome.NameRefused refused:
                return Refused(InvitationAcceptanceText.For(refused, TextContext), refused.Why is InviteOutcome.MailNotAllowed or InviteOutcome.MailTaken ? "email" : "username");
            case AcceptOutcome.LinkOver:
                return NotFound();
            case var other:
                return Refused(InvitationAcceptanceText.For(other, TextContext));
        }
    }
}
