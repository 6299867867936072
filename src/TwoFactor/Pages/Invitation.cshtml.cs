namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class InvitationModel(
    InvitationAcceptance invitationAcceptance, Invitations invitations, ImportedAuthenticators imported) : LinkPage<LinkState>
{
    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>The account that is invited; null when the link is not valid.</summary>
    public Accounts.Account? Account { get; private set; }

    /// <summary>Whether an imported authenticator app keeps working.</summary>
    public bool KeepsApp { get; private set; }

    /// <summary>Whether the invitation has expired and its owner may ask for a new one.</summary>
    public bool CanResend { get; private set; }

    public override SignInProgress SignInProgress => Account is null ? SignInProgress.None : SignInProgress.First;

    public override bool ShowsOnlyProblem => Account is null;

    protected override TokenCookie LinkCookie => Cookies.Invitation;

    protected override string Address => "/invitation";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Link;
        var state = await FindAsync(link, cancellation);
        if (state is not LinkState.Open)
        {
            return Show(state);
        }

        var empty = new TypedPassword("");
        Show(state);
        switch (await invitationAcceptance.AcceptAsync(link, Password ?? empty, Again ?? empty, HttpContext.Actor(), cancellation))
        {
            case AcceptOutcome.EnrollmentOpened(var owner):
                Cookies.Enrollment.Write(HttpContext, owner);
                return LocalRedirect("/enroll");
            case AcceptOutcome.AppKept:
                return RedirectWithFlash("/sign-in", FlashMessage.PasswordSet);
            case AcceptOutcome.PasswordRefused refused:
                return Refused(
                    InvitationAcceptanceText.For(refused, TextContext),
                    refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case AcceptOutcome.LinkOver over:
                (Account, Title) = (null, "This invitation is over");
                return Refused(InvitationAcceptanceText.For(over, TextContext));
            case var other:
                return Refused(InvitationAcceptanceText.For(other, TextContext));
        }
    }

    /// <summary>"Send me a new invitation"</summary>
    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancellation)
    {
        Title = "This invitation is over";
        return await invitations.ResendAsync(Link, HttpContext.Actor(), cancellation) switch
        {
            ResendOutcome.Sent => RedirectWithFlash("/sign-in", FlashMessage.InvitationResent),
            var refused => Refused(ResendText.For(refused, TextContext)),
        };
    }

    protected override async Task<LinkState> FindAsync(Token? link, CancellationToken cancellation)
    {
        var state = await invitationAcceptance.FindAsync(link, cancellation);
        KeepsApp = state is LinkState.Open(var account) && await imported.HasAsync(account.Id, cancellation);
        return state;
    }

    protected override bool IsKept(LinkState state) => state is not LinkState.Unknown;

    protected override IActionResult Show(LinkState state)
    {
        if (state is LinkState.Open(var account))
        {
            Account = account;
            Title = "Welcome";
            return Page();
        }

        Title = "This invitation is over";
        CanResend = state is LinkState.Ended;
        return Closed(state is LinkState.Unknown, LinkText.For(state, TextContext));
    }
}
