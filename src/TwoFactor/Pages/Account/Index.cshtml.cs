namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Mail;
using TwoFactor.Pages.Requests;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;

public sealed class IndexModel(
    OwnAuthenticators authenticators,
    RecoveryCodes codes,
    AuditQueries audit,
    Notices notices,
    SessionManagement sessions,
    TimeProvider time) : SitePage
{
    private const int RecentEvents = 8;

    public IReadOnlyList<Authenticator> Authenticators { get; private set; } = [];

    public RecoveryCodeStatus Recovery { get; private set; } = new(0, 0, null);

    /// <summary>The notices that were also sent by mail, until the owner acknowledges them.</summary>
    public IReadOnlyList<Notice> Notices { get; private set; } = [];

    /// <summary>The owner's open sessions.</summary>
    public IReadOnlyList<SessionRow> OpenSessions { get; private set; } = [];

    public IReadOnlyList<AuditRow> Recent { get; private set; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var me = Me!;
        Title = me.IsRepair ? "Repair your sign-in" : "Your account";
        Recovery = await codes.StandingAsync(me.Account.Id, cancellation);
        Notices = await notices.ListAsync(me.Account.Id, cancellation);
        if (me.IsRepair)
        {
            return;
        }

        Authenticators = await authenticators.ListAsync(me.Account.Id, cancellation);
        OpenSessions = await SessionRow.ListAsync(sessions, me, cancellation);
        Recent = (await audit.NewestAsync(me.Account.Id, cancellation, RecentEvents)).Rows;
    }

    /// <summary>"It was me": acknowledges a notice.</summary>
    /// <param name="notice">The notice; one of somebody else is not found.</param>
    [ClosedToRepair]
    public async Task<IActionResult> OnPostSeenAsync([FromForm] Guid notice, CancellationToken cancellation) =>
        await notices.AcknowledgeAsync(Me!.Account.Id, notice, HttpContext.Actor(), cancellation)
            ? RedirectWithFlash("/account", FlashMessage.Acknowledged)
            : NotFound();
}
