namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Passwords;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class ResetPasswordModel(PasswordLinkAcceptance links) : SitePage
{
    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>Whose link it is; null: it opens nothing.</summary>
    public Accounts.Account? Account { get; private set; }

    public override SignInProgress SignInProgress => Account is null ? SignInProgress.None : SignInProgress.First;

    public override bool ShowsOnlyProblem => Account is null;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Cookies.PasswordLink.Read(HttpContext) : Token.Parse(token);
        var state = await links.FindAsync(link, cancellation);
        if (token is not null && link is not null && state is not LinkState.Unknown)
        {
            Cookies.PasswordLink.Write(HttpContext, link);
            return LocalRedirect("/reset-password");
        }

        return Show(state);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Cookies.PasswordLink.Read(HttpContext);
        var state = await links.FindAsync(link, cancellation);
        var shown = Show(state);
        if (Account is null)
        {
            return shown;
        }

        var empty = new TypedPassword("");
        switch (await links.UseAsync(
            link, Password ?? empty, Again ?? empty, Cookies.Device.Read(HttpContext), HttpContext.Actor(), cancellation))
        {
            case PasswordLinkOutcome.Changed(var device):
                Cookies.Device.Write(HttpContext, device);
                Cookies.PasswordLink.Forget(HttpContext);
                return RedirectWithFlash("/sign-in", FlashMessage.PasswordSet);
            case PasswordLinkOutcome.PasswordRefused refused:
                return Refused(PasswordLinkText.For(refused, TextContext), refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case var other:
                (Account, Title) = (null, "This link is over");
                return Refused(PasswordLinkText.For(other, TextContext));
        }
    }

    private IActionResult Show(LinkState state)
    {
        if (state is LinkState.Open(var account))
        {
            Account = account;
            Title = "Choose a new password";
            return Page();
        }

        Title = "This link is over";
        // Neither a whole link nor its cookie came: the address bar has lost the token, and the browser did not keep it.
        return Refused(state is LinkState.Unknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !Cookies.PasswordLink.Exists(HttpContext)
            ? CommonText.CookieLost(TextContext) with { Status = StatusCodes.Status404NotFound }
            : LinkText.For(state, TextContext));
    }
}
