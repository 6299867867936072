namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

public sealed class IndexModel(TwoFactorDb database, LiveSessions sessions, AuditReading audit, TimeProvider time) : SitePage
{
    private const int RecentEvents = 8;

    public IReadOnlyList<Authenticator> Authenticators { get; private set; } = [];

    public IReadOnlyList<Session> Sessions { get; private set; } = [];

    public IReadOnlyList<AuditRow> Recent { get; private set; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    public override Dots Dots => Dots.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "Your account";
        var me = Me!;
        Authenticators = await database.Set<Authenticator>().AsNoTracking()
            .Where(authenticator => authenticator.AccountId == me.Account.Id && authenticator.State == AuthenticatorStates.Active)
            .OrderBy(authenticator => authenticator.Number).ToListAsync(cancellation);
        Sessions = await sessions.ListAsync(me.Account.Id, me.Epoch, cancellation);
        Recent = (await audit.NewestAsync(me.Account.Id, cancellation, RecentEvents)).Rows;
    }

    /// <param name="session">One of the owner's; another's is not found.</param>
    public async Task<IActionResult> OnPostEndAsync(Guid session, CancellationToken cancellation) =>
        await sessions.EndAsync(Me!, session, HttpContext.Origin(), cancellation)
            ? RedirectWithNote("/account", NoteWord.OneSessionEnded)
            : NotFound();

    public async Task<IActionResult> OnPostEndOthersAsync(CancellationToken cancellation)
    {
        await sessions.EndOthersAsync(Me!, HttpContext.Origin(), cancellation);
        return RedirectWithNote("/account", NoteWord.OtherSessionsEnded);
    }
}
