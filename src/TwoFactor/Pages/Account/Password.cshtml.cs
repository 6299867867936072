namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class PasswordModel(PasswordChange change, Proofs proofs) : SitePage
{
    [BindProperty(Name = "current-password")]
    public TypedPassword? Current { get; set; }

    [BindProperty(Name = "new-password")]
    public TypedPassword? Password { get; set; }

    [BindProperty(Name = "new-password-again")]
    public TypedPassword? Again { get; set; }

    public override SignInProgress SignInProgress => SignInProgress.Both;

    /// <summary>The proof comes first, so that nobody types a new password twice.</summary>
    public IActionResult OnGet()
    {
        Title = "Change your password";
        return proofs.Has(Me!, ProofFor.Password) ? Page() : LocalRedirect("/proof?for=password");
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Change your password";
        var empty = new TypedPassword("");
        var typed = new TypedPasswords(Current ?? empty, Password ?? empty, Again ?? empty);
        switch (await change.SetAsync(Me!, typed, Cookies.Device.Read(HttpContext), HttpContext.Actor(), cancellation))
        {
            case PasswordChangeOutcome.Changed(var session):
                Cookies.Session.Write(HttpContext, session);
                return RedirectWithFlash("/account", FlashMessage.PasswordChanged);
            case PasswordChangeOutcome.ProofNeeded:
                return await ProveFirstAsync("password");
            case PasswordChangeOutcome.CurrentRefused refused:
                return Refused(PasswordChangeText.For(refused, TextContext), "current-password");
            case PasswordChangeOutcome.Refused refused:
                return Refused(
                    PasswordChangeText.For(refused, TextContext),
                    refused.Why is NewPassword.Different ? "new-password-again" : "new-password");
            case var other:
                return Refused(PasswordChangeText.For(other, TextContext));
        }
    }
}
