namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Audit;
using TwoFactor.Pages.Requests;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>The owner's open sessions and recent activity.</summary>
[ClosedToRepair]
public sealed class SessionsModel(SessionManagement sessions, AuditQueries audit, TimeProvider time) : SitePage
{
    private const int Events = 25;

    /// <summary>A position in the log: the page shows older events.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public long? Before { get; set; }

    /// <summary>The owner's open sessions.</summary>
    public IReadOnlyList<SessionRow> OpenSessions { get; private set; } = [];

    public AuditPage Activity { get; private set; } = new([], null, null);

    public DateTimeOffset Now => time.GetUtcNow();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "Sessions and activity";
        OpenSessions = await SessionRow.ListAsync(sessions, Me!, cancellation);
        Activity = await audit.OlderAsync(Before ?? long.MaxValue, Me!.Account.Id, cancellation, Events);
    }

    /// <param name="session">The session; one of somebody else is not found.</param>
    public async Task<IActionResult> OnPostEndAsync([FromForm] Guid session, CancellationToken cancellation) =>
        await sessions.EndAsync(Me!, session, HttpContext.Actor(), cancellation)
            ? RedirectWithFlash("/account/sessions", FlashMessage.OneSessionEnded)
            : NotFound();

    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken cancellation)
    {
        await sessions.EndOthersAsync(Me!, HttpContext.Actor(), cancellation);
        return RedirectWithFlash("/account/sessions", FlashMessage.OtherSessionsEnded);
    }
}
