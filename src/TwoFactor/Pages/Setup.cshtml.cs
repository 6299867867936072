namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text.Administration;

public sealed class SetupModel(InitialSetup initialSetup) : LinkPage<SetupState>
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "email")]
    public string? Mail { get; set; }

    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>Whether the link is valid and the form is shown; otherwise the page says why not.</summary>
    public bool IsOpen { get; private set; }

    public override SignInProgress SignInProgress => IsOpen ? SignInProgress.First : SignInProgress.None;

    public override bool ShowsOnlyProblem => !IsOpen;

    protected override TokenCookie LinkCookie => Cookies.Setup;

    protected override string Address => "/setup";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Make the first admin";
        IsOpen = true;
        var empty = new TypedPassword("");
        switch (await initialSetup.SubmitAsync(
            Link, UserName, Mail, Password ?? empty, Again ?? empty, HttpContext.Actor(), cancellation))
        {
            case AcceptOutcome.EnrollmentOpened(var owner):
                Cookies.Enrollment.Write(HttpContext, owner);
                return LocalRedirect("/enroll");
            case AcceptOutcome.PasswordRefused refused:
                return Refused(
                    InvitationAcceptanceText.For(refused, TextContext),
                    refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case AcceptOutcome.NameRefused refused:
                return Refused(
                    InvitationAcceptanceText.For(refused, TextContext),
                    refused.Why is InviteOutcome.MailNotAllowed or InviteOutcome.MailTaken ? "email" : "username");
            case AcceptOutcome.LinkOver:
                return NotFound();
            case var other:
                return Refused(InvitationAcceptanceText.For(other, TextContext));
        }
    }

    protected override Task<SetupState> FindAsync(Token? link, CancellationToken cancellation) =>
        initialSetup.FindAsync(link, cancellation);

    protected override bool IsKept(SetupState state) => state is SetupState.Open;

    protected override IActionResult Show(SetupState state)
    {
        if (state is SetupState.Unknown)
        {
            return NotFound();
        }

        IsOpen = state is SetupState.Open;
        Title = IsOpen ? "Make the first admin" : "This link is over";
        return IsOpen ? Page() : Refused(InitialSetupText.For(state));
    }
}
