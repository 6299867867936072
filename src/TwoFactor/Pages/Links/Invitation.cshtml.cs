namespace TwoFactor.Pages.Links;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Keys;

public sealed class InvitationModel(Acceptance acceptance, Invitations invitations) : SitePage
{
    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>Whose invitation it is; null: the link opens nothing.</summary>
    public Account? Account { get; private set; }

    /// <summary>Its time is over, and its owner may ask for a new one.</summary>
    public bool CanResend { get; private set; }

    public override Dots Dots => Account is null ? Dots.None : Dots.First;

    public override bool ProblemIsThePage => Account is null;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Cookies.Invitation.Read(HttpContext) : Token.Parse(token);
        var look = await acceptance.LookAsync(link, cancellation);
        if (token is not null && link is not null && look is not LinkLook.Unknown)
        {
            Cookies.Invitation.Write(HttpContext, link);
            return LocalRedirect("/invitation");
        }

        return Show(look);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Cookies.Invitation.Read(HttpContext);
        var look = await acceptance.LookAsync(link, cancellation);
        if (look is not LinkLook.Open)
        {
            return Show(look);
        }

        var empty = new TypedPassword("");
        Show(look);
        switch (await acceptance.AcceptAsync(link, Password ?? empty, Again ?? empty, HttpContext.Origin(), cancellation))
        {
            case AcceptOutcome.EnrollmentOpened(var owner):
                Cookies.Enrollment.Write(HttpContext, owner);
                return LocalRedirect("/enroll");
            case AcceptOutcome.AppKept:
                return RedirectWithNote("/sign-in", NoteWord.PasswordSet);
            case AcceptOutcome.PasswordRefused refused:
                return Refused(Outcomes.For(refused)!, refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case AcceptOutcome.LinkOver over:
                (Account, Title) = (null, "This invitation is over");
                return Refused(Outcomes.For(over)!);
            case var other:
                return Refused(Outcomes.For(other)!);
        }
    }

    /// <summary>"Send me a new invitation"</summary>
    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancellation)
    {
        Title = "This invitation is over";
        return await invitations.ResendAsync(Cookies.Invitation.Read(HttpContext), HttpContext.Origin(), cancellation) switch
        {
            ResendOutcome.Sent => RedirectWithNote("/sign-in", NoteWord.InvitationResent),
            var refused => Refused(Outcomes.For(refused)!),
        };
    }

    private IActionResult Show(LinkLook look)
    {
        if (look is LinkLook.Open(var account))
        {
            Account = account;
            Title = "Welcome";
            return Page();
        }

        Title = "This invitation is over";
        CanResend = look is LinkLook.Ended;
        // Neither a whole link nor its cookie came: the address bar has lost the token, and the browser did not keep it.
        return Refused(look is LinkLook.Unknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !Cookies.Invitation.Exists(HttpContext)
            ? Outcomes.CookieLost with { Status = StatusCodes.Status404NotFound }
            : Outcomes.For(look)!);
    }
}
