namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class InvitationModel(InvitationAcceptance invitationAcceptance, Invitations invitations) : SitePage
{
    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>Whose invitation it is; null: the link opens nothing.</summary>
    public Accounts.Account? Account { get; private set; }

    /// <summary>Its time is over, and its owner may ask for a new one.</summary>
    public bool CanResend { get; private set; }

    public override SignInProgress SignInProgress => Account is null ? SignInProgress.None : SignInProgress.First;

    public override bool ShowsOnlyProblem => Account is null;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Cookies.Invitation.Read(HttpContext) : Token.Parse(token);
        var state = await invitationAcceptance.FindAsync(link, cancellation);
        if (token is not null && link is not null && state is not LinkState.Unknown)
        {
            Cookies.Invitation.Write(HttpContext, link);
            return LocalRedirect("/invitation");
        }

        return Show(state);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Cookies.Invitation.Read(HttpContext);
        var state = await invitationAcceptance.FindAsync(link, cancellation);
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
                return Refused(InvitationAcceptanceText.For(refused, TextContext), refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
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
        return await invitations.ResendAsync(Cookies.Invitation.Read(HttpContext), HttpContext.Actor(), cancellation) switch
        {
            ResendOutcome.Sent => RedirectWithFlash("/sign-in", FlashMessage.InvitationResent),
            var refused => Refused(ResendText.For(refused, TextContext)),
        };
    }

    private IActionResult Show(LinkState state)
    {
        if (state is LinkState.Open(var account))
        {
            Account = account;
            Title = "Welcome";
            return Page();
        }

        Title = "This invitation is over";
        CanResend = state is LinkState.Ended;
        // Neither a whole link nor its cookie came: the address bar has lost the token, and the browser did not keep it.
        return Refused(state is LinkState.Unknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !Cookies.Invitation.Exists(HttpContext)
            ? CommonText.CookieLost(TextContext) with { Status = StatusCodes.Status404NotFound }
            : LinkText.For(state, TextContext));
    }
}
