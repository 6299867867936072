namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class CodeModel(SignIn signIn, PendingSignInStates states, PendingSignIns pendings) : SecondStepPage(pendings)
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>Whether a code can be entered now. While the guard waits or is closed, there is no field.</summary>
    public bool AsksForCode { get; private set; }

    public bool HasRecoveryCode { get; private set; }

    /// <summary>Whether many wrong codes closed the guard: somebody else may know the password.</summary>
    public bool IsClosed { get; private set; }

    public override bool ShowsOnlyProblem => !AsksForCode;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Enter your code";
        var state = await states.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation);
        return state switch
        {
            PendingSignInState.AskCode ask => Show(ask, null),
            ICodeStep cannotAsk => Show(cannotAsk, PendingSignInText.For(state, TextContext)),
            PendingSignInState.ResetOpen or PendingSignInState.NoAuthenticator => LocalRedirect("/sign-in/ticket"),
            PendingSignInState.Over { Pending: null } => LocalRedirect("/sign-in"),
            PendingSignInState.Over => StartAgain(PendingSignInText.For(state, TextContext)),
            _ => StartAgain(PendingSignInText.For(state, TextContext), "You cannot sign in"),
        };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Enter your code";
        var pending = Cookies.PendingSignIn.Read(HttpContext);
        if (pending is null)
        {
            return StartAgain(CommonText.CookieLost(TextContext));
        }

        var outcome = await signIn.CompleteAsync(
            pending, MadeFor, Code, Cookies.Session.Read(HttpContext), Cookies.Device.Read(HttpContext), HttpContext.Actor(), cancellation);
        switch (outcome)
        {
            case SignInOutcome.SignedIn(var session, var device, var returnUrl):
                BeginSession(session, device);
                return LocalRedirect(returnUrl ?? "/");
            case SignInOutcome.Refused { State: ICodeStep step }:
                return Show(step, SignInText.For(outcome, TextContext));
            default:
                return StartAgain(SignInText.For(outcome, TextContext));
        }
    }

    /// <summary>Shows the field for a code or, while no code is judged, why there is none.</summary>
    private IActionResult Show(ICodeStep state, Sentence? problem)
    {
        Show(state.Pending);
        HasRecoveryCode = state.HasRecoveryCode;
        AsksForCode = state is PendingSignInState.AskCode;
        IsClosed = state is PendingSignInState.Closed;
        Title = AsksForCode ? Title : IsClosed ? "Codes are switched off" : "Please wait";
        return problem is null ? Page() : Refused(problem, AsksForCode ? "code" : null);
    }
}
