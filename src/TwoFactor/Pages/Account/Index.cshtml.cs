namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Mail;
using TwoFactor.Sessions;

public sealed class IndexModel(PhoneChange phones, RecoveryCodes codes, AuditReading audit, Notices notices, TimeProvider time) : SitePage
{
    private const int RecentEvents = 8;

    public IReadOnlyList<Authenticator> Authenticators { get; private set; } = [];

    public RecoveryStanding Recovery { get; private set; } = new(0, 0, null);

    /// <summary>What was told by mail too, until acknowledged.</summary>
    public IReadOnlyList<Notice> Notices { get; private set; } = [];

    public IReadOnlyList<AuditRow> Recent { get; private set; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    public override Dots Dots => Dots.Both;

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

        Authenticators = await phones.ListAsync(me.Account.Id, cancellation);
        Recent = (await audit.NewestAsync(me.Account.Id, cancellation, RecentEvents)).Rows;
    }

    /// <summary>"It was me": the notice goes.</summary>
    /// <param name="notice">One of the owner's; another's is not found.</param>
    public async Task<IActionResult> OnPostSeenAsync(Guid notice, CancellationToken cancellation) =>
        !Me!.IsRepair && await notices.AcknowledgeAsync(Me!.Account.Id, notice, cancellation)
            ? RedirectWithNote("/account", NoteWord.Acknowledged)
            : NotFound();
}
