namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Characters;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text.Sessions;

public sealed class IndexModel(PasswordStep step, PendingSignIns pendings, AuditQueries audit) : SitePage
{
    private string? why;

    /// <summary>The name as typed. It is shown again after an error; the password never is.</summary>
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "password")]
    public TypedPassword? Password { get; set; }

    public string? Destination { get; private set; }

    public override SignInProgress SignInProgress => SignInProgress.First;

    /// <summary>The message, or why somebody who was signed in must sign in again.</summary>
    public override string? Flash => base.Flash ?? why;

    /// <summary>Whether the password alone is enough, because this browser has a parked session.</summary>
    public bool IsParked => HttpContext.Parked() is not null;

    public override string? StepText => IsParked ? null : "Step 1 of 2";

    public async Task<IActionResult> OnGetAsync([FromQuery] string? returnUrl, CancellationToken cancellation)
    {
        await PrepareAsync(returnUrl, cancellation);
        why = await WhyAsync(cancellation);
        return Me is null ? Page() : LocalRedirect(Destination ?? "/");
    }

    public async Task<IActionResult> OnPostAsync([FromQuery] string? returnUrl, CancellationToken cancellation)
    {
        await PrepareAsync(returnUrl, cancellation);
        var missing = Missing().ToList();
        if (missing.Count > 0)
        {
            return Refused("Something is missing", missing);
        }

        var outcome = await step.SubmitAsync(
            UserName!, Password!, Cookies.Device.Read(
                HttpContext), Cookies.Session.Read(HttpContext), Destination, HttpContext.Actor(), cancellation);
        switch (outcome)
        {
            case PasswordOutcome.Proven(var pending, var next):
                Cookies.PendingSignIn.Write(HttpContext, pending);
                return LocalRedirect(next == NextProof.Ticket ? "/sign-in/ticket" : "/sign-in/code");
            case PasswordOutcome.Resumed(var session):
                Cookies.Session.Write(HttpContext, session);
                Cookies.PendingSignIn.Forget(HttpContext);
                return LocalRedirect(Destination ?? "/");
            default:
                return Refused(PasswordStepText.For(outcome, TextContext));
        }
    }

    private IEnumerable<FieldProblem> Missing()
    {
        if (TypedText.IsBlank(UserName))
        {
            yield return new FieldProblem("username", "Enter your username or mail address");
        }

        if (Password is null or { Length: 0 })
        {
            yield return new FieldProblem("password", "Enter your password");
        }
    }

    private async Task<string?> WhyAsync(CancellationToken cancellation)
    {
        if (IsParked)
        {
            return SessionEndText.Away;
        }

        if (HttpContext.Over() is not { } over)
        {
            return null;
        }

        Cookies.Session.Forget(HttpContext);
        var cause = over.Why == SessionEnd.Changed
            ? await audit.NewestOfAsync(over.Account, SessionEndText.EndingKinds, over.Since, cancellation)
            : null;
        return SessionEndText.For(over.Why, cause, TextContext);
    }

    /// <summary>Takes name and destination from the parked session or an earlier sign-in of this browser.</summary>
    private async Task PrepareAsync(string? returnUrl, CancellationToken cancellation)
    {
        Title = "Sign in";
        UserName = UserName is null ? null : PasswordStep.KeptOf(UserName);
        Destination = ReturnUrl.Clean(returnUrl);
        UserName ??= HttpContext.Parked()?.Account.UserName;
        if (UserName is null && await pendings.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation) is { } earlier)
        {
            UserName = earlier.TypedName;
            Destination ??= earlier.ReturnUrl;
        }
    }
}
