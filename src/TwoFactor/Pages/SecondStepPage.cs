namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>A page between the password and the session: whose sign-in it is, how long there is time, and how to begin anew.</summary>
public abstract class SecondStepPage(PendingSignIns pendings) : SitePage
{
    /// <summary>The sign-in is over: the one thing to do is to start again.</summary>
    public bool MustStartAgain { get; private set; }

    public string? TypedName { get; private set; }

    /// <summary>
    /// Which sign-in this page was made for: no proof, but a tab that another person's sign-in overtook is found out by it.
    /// </summary>
    [BindProperty(Name = "sign-in")]
    public Guid MadeFor { get; set; }

    /// <summary>Until when this sign-in may be finished.</summary>
    public DateTimeOffset Until { get; private set; }

    public bool MayHaveMoreTime { get; private set; }

    public override SignInProgress SignInProgress => MustStartAgain ? SignInProgress.None : SignInProgress.Second;

    public override string? StepWords => MustStartAgain ? null : "Step 2 of 2";

    public override bool ShowsOnlyProblem => MustStartAgain;

    /// <summary>"I need more time"</summary>
    public async Task<IActionResult> OnPostMoreTimeAsync(CancellationToken cancellation)
    {
        if (!await pendings.ExtendAsync(Cookies.PendingSignIn.Read(HttpContext), HttpContext.Actor(), cancellation))
        {
            // Too late: the page itself says so.
            return LocalRedirect(Request.Path);
        }

        if (Cookies.Ticket.Read(HttpContext) is { } ticket)
        {
            Cookies.Ticket.Write(HttpContext, ticket);
        }

        return RedirectWithFlash(Request.Path, FlashMessage.MoreTime);
    }

    /// <summary>"Not you?": forgets whose sign-in this was.</summary>
    public IActionResult OnPostNotYou()
    {
        Cookies.PendingSignIn.Forget(HttpContext);
        return LocalRedirect("/sign-in");
    }

    /// <summary>
    /// Whether another person began to sign in meanwhile, in another tab: what was typed here is not theirs, and nobody is charged for
    /// it.
    /// </summary>
    protected async Task<bool> IsOvertakenAsync(CancellationToken cancellation) => await pendings.IsOfAnotherAsync(
        MadeFor, await pendings.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation), cancellation);

    protected void Show(PendingSignIn pending)
    {
        MadeFor = pending.Id;
        TypedName = pending.TypedName;
        Until = pending.ExpiresAt.ToDateTimeOffset();
        MayHaveMoreTime = pendings.MayExtend(pending);
    }

    protected IActionResult StartAgain(Sentence sentence, string title = "Start again")
    {
        MustStartAgain = true;
        Title = title;
        return Refused(sentence);
    }
}
