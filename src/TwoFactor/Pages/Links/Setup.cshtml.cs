namespace TwoFactor.Pages.Links;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Keys;

public sealed class SetupModel(FirstStart firstStart) : SitePage
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

    public override Dots Dots => IsOpen ? Dots.First : Dots.None;

    public override bool ProblemIsThePage => !IsOpen;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        Title = "Make the first admin";
        var link = token is null ? Cookies.Setup.Read(HttpContext) : Token.Parse(token);
        var look = await firstStart.LookAsync(link, cancellation);
        if (look is SetupLook.Unknown)
        {
            return NotFound();
        }

        if (look is not SetupLook.Open)
        {
            Title = "This link is over";
            return Refused(Outcomes.For(look)!);
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
        switch (await firstStart.SubmitAsync(
            Cookies.Setup.Read(HttpContext), UserName, Mail, Password ?? empty, Again ?? empty, HttpContext.Origin(), cancellation))
        {
            case AcceptOutcome.EnrollmentOpened(var owner):
                Cookies.Enrollment.Write(HttpContext, owner);
                return LocalRedirect("/enroll");
            case AcceptOutcome.PasswordRefused refused:
                return Refused(Outcomes.For(refused)!, refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case AcceptOutcome.NameRefused refused:
                return Refused(Outcomes.For(refused)!, refused.Why is InviteOutcome.MailNotAllowed or InviteOutcome.MailTaken ? "email" : "username");
            case AcceptOutcome.LinkOver:
                return NotFound();
            case var other:
                return Refused(Outcomes.For(other)!);
        }
    }
}
