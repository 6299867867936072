namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>
/// A page between the password and the session. It shows whose sign-in it is and how much time is left, and lets the person start again.
/// </summary>
public abstract class SecondStepPage(PendingSignIns pendings) : SitePage
{
    /// <summary>Whether the sign-in is over, so that all the person can do is start again.</summary>
    public bool MustStartAgain { get; private set; }

    public string? TypedName { get; private set; }

    /// <summary>
    /// The sign-in that this page was made for. It proves nothing, but shows when another person has begun a sign-in in another tab.
    /// </summary>
    [BindProperty(Name = "sign-in")]
    public Guid MadeFor { get; set; }

    /// <summary>When this sign-in expires.</summary>
    public DateTimeOffset Until { get; private set; }

    public bool MayHaveMoreTime { get; private set; }

    public override SignInProgress SignInProgress => MustStartAgain ? SignInProgress.None : SignInProgress.Second;

    public override string? StepText => MustStartAgain ? null : "Step 2 of 2";

    public override bool ShowsOnlyProblem => MustStartAgain;

    /// <summary>"I need more time"</summary>
    public async Task<IActionResult> OnPostMoreTimeAsync(CancellationToken cancellation)
    {
        if (!await pendings.ExtendAsync(Cookies.PendingSignIn.Read(HttpContext), HttpContext.Actor(), cancellation))
        {
            // It is too late, and the page itself will say so.
            return LocalRedirect(Request.Path);
        }

        if (Cookies.Ticket.Read(HttpContext) is { } ticket)
        {
            Cookies.Ticket.Write(HttpContext, ticket);
        }

        return RedirectWithFlash(Request.Path, FlashMessage.MoreTime);
    }

    /// <summary>"Not you?": forgets this sign-in.</summary>
    public IActionResult OnPostNotYou()
    {
        Cookies.PendingSignIn.Forget(HttpContext);
        return LocalRedirect("/sign-in");
    }

    /// <summary>
    /// Whether another person has meanwhile begun a sign-in in another tab. A code typed here is then not that person's, and nobody is
    /// charged for it.
    /// </summary>
    protected async Task<bool> IsOvertakenAsync(CancellationToken cancellation) => await pendings.IsForAnotherAccountAsync(
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
