namespace TwoFactor.Pages.Links;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Keys;

public sealed class ResetPasswordModel(PasswordLinks links) : SitePage
{
    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>Whose link it is; null: it opens nothing.</summary>
    public Account? Account { get; private set; }

    public override Dots Dots => Account is null ? Dots.None : Dots.First;

    public override bool ProblemIsThePage => Account is null;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Cookies.PasswordLink.Read(HttpContext) : Token.Parse(token);
        var look = await links.LookAsync(link, cancellation);
        if (token is not null && link is not null && look is not LinkLook.Unknown)
        {
            Cookies.PasswordLink.Write(HttpContext, link);
            return LocalRedirect("/reset-password");
        }

        return Show(look);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Cookies.PasswordLink.Read(HttpContext);
        var look = await links.LookAsync(link, cancellation);
        var shown = Show(look);
        if (Account is null)
        {
            return shown;
        }

        var empty = new TypedPassword("");
        switch (await links.UseAsync(
            link, Password ?? empty, Again ?? empty, Cookies.Device.Read(HttpContext), HttpContext.Origin(), cancellation))
        {
            case PasswordLinkOutcome.Changed(var device):
                Cookies.Device.Write(HttpContext, device);
                Cookies.PasswordLink.Forget(HttpContext);
                return RedirectWithNote("/sign-in", NoteWord.PasswordSet);
            case PasswordLinkOutcome.PasswordRefused refused:
                return Refused(Outcomes.For(refused)!, refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case var other:
                (Account, Title) = (null, "This link is over");
                return Refused(Outcomes.For(other)!);
        }
    }

    private IActionResult Show(LinkLook look)
    {
        if (look is LinkLook.Open(var account))
        {
            Account = account;
            Title = "Choose a new password";
            return Page();
        }

        Title = "This link is over";
        // Neither a whole link nor its cookie came: the address bar has lost the token, and the browser did not keep it.
        return Refused(look is LinkLook.Unknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !Cookies.PasswordLink.Exists(HttpContext)
            ? Outcomes.CookieLost with { Status = StatusCodes.Status404NotFound }
            : Outcomes.For(look)!);
    }
}
