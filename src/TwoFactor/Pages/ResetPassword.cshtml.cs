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

public sealed class ResetPasswordModel(PasswordLinkAcceptance links) : LinkPage<LinkState>
{
    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    /// <summary>The account that the link is for; null when the link is not valid.</summary>
    public Accounts.Account? Account { get; private set; }

    public override SignInProgress SignInProgress => Account is null ? SignInProgress.None : SignInProgress.First;

    public override bool ShowsOnlyProblem => Account is null;

    protected override TokenCookie LinkCookie => Cookies.PasswordLink;

    protected override string Address => "/reset-password";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Link;
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
                return Refused(
                    PasswordLinkText.For(refused, TextContext),
                    refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case var other:
                (Account, Title) = (null, "This link is over");
                return Refused(PasswordLinkText.For(other, TextContext));
        }
    }

    protected override Task<LinkState> FindAsync(Token? link, CancellationToken cancellation) => links.FindAsync(link, cancellation);

    protected override bool IsKept(LinkState state) => state is not LinkState.Unknown;

    protected override IActionResult Show(LinkState state)
    {
        if (state is LinkState.Open(var account))
        {
            Account = account;
            Title = "Choose a new password";
            return Page();
        }

        Title = "This link is over";
        return Closed(state is LinkState.Unknown, LinkText.For(state, TextContext));
    }
}
