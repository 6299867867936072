namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class CodeModel(SignIn signIn) : SecondStepPage
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>Whether a code can be given now; while the guard waits or is closed there is no field.</summary>
    public bool AsksForCode { get; private set; }

    public bool HasRecoveryCode { get; private set; }

    /// <summary>Many wrong codes switched codes off: the password may be known to somebody.</summary>
    public bool IsClosed { get; private set; }

    public override bool ShowsOnlyProblem => !AsksForCode;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Enter your code";
        switch (await signIn.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation))
        {
            case PendingSignInState.AskCode(var pending, var hasCode):
                HasRecoveryCode = hasCode;
                return Ask(pending);
            case PendingSignInState.ResetOpen or PendingSignInState.NoAuthenticator:
                return LocalRedirect("/sign-in/ticket");
            case PendingSignInState.Over { Pending: null }:
                return LocalRedirect("/sign-in");
            case PendingSignInState.Over over:
                return StartAgain(PendingSignInText.For(over, TextContext));
            case PendingSignInState.Waiting waiting:
                HasRecoveryCode = waiting.HasRecoveryCode;
                return CannotAsk(waiting.Pending, "Please wait", PendingSignInText.For(waiting, TextContext));
            case PendingSignInState.Closed closed:
                (HasRecoveryCode, IsClosed) = (closed.HasRecoveryCode, true);
                return CannotAsk(closed.Pending, "Codes are switched off", PendingSignInText.For(closed, TextContext));
            case var stopped:
                return StartAgain(PendingSignInText.For(stopped, TextContext), "You cannot sign in");
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Enter your code";
        var pending = Cookies.PendingSignIn.Read(HttpContext);
        if (pending is null)
        {
            return StartAgain(CommonText.CookieLost(TextContext));
        }

        if (await IsOvertakenAsync(cancellation))
        {
            return StartAgain(CommonText.StartAgain);
        }

        switch (await signIn.CompleteAsync(
            pending, Code, Cookies.Session.Read(HttpContext), Cookies.Device.Read(HttpContext), HttpContext.Actor(), cancellation))
        {
            case SignInOutcome.SignedIn(var session, var device, var returnUrl):
                BeginSession(session, device);
                return LocalRedirect(returnUrl ?? "/");
            case SignInOutcome.Refused refused:
                return await RefusedAsync(refused, cancellation);
            case var over:
                return StartAgain(SignInText.For(over, TextContext));
        }
    }

    private async Task<IActionResult> RefusedAsync(SignInOutcome.Refused refused, CancellationToken cancellation)
    {
        var sentence = SignInText.For(refused, TextContext);
        switch (await signIn.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation))
        {
            case PendingSignInState.AskCode(var pending, var hasCode):
                HasRecoveryCode = hasCode;
                Ask(pending);
                return Refused(sentence, "code");
            case PendingSignInState.Waiting(var pending, _, var hasCode) waiting:
                HasRecoveryCode = hasCode;
                return CannotAsk(pending, "Please wait", After(refused, PendingSignInText.For(waiting, TextContext)));
            case PendingSignInState.Closed(var pending, var hasCode) closed:
                (HasRecoveryCode, IsClosed) = (hasCode, true);
                return CannotAsk(pending, "Codes are switched off", After(refused, PendingSignInText.For(closed, TextContext)));
            default:
                return StartAgain(refused.Verdict is CodeVerdict.Malformed ? CommonText.StartAgain : sentence);
        }
    }

    /// <summary>A wrong code that itself began the wait, or closed the guard: it is told as wrong, and then what came of it.</summary>
    private static Sentence After(SignInOutcome.Refused refused, Sentence state) => refused.Verdict is CodeVerdict.Wrong wrong
        ? new Sentence($"That code did not work. {state.Title}", wrong.AlarmReference is { } reference ? $"{state.Text} Reference {reference}.".TrimStart() : state.Text)
        : state;

    private IActionResult Ask(PendingSignIn pending)
    {
        AsksForCode = true;
        Show(pending);
        return Page();
    }

    private IActionResult CannotAsk(PendingSignIn pending, string title, Sentence why)
    {
        Show(pending);
        Title = title;
        return Refused(why);
    }
}
