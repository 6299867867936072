namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration.Authorization;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>Mail that was not sent, why, and a way to try it again. The text of a mail is never shown.</summary>
public sealed class MailModel(UnsentMail mail, AgentActs acts, TimeProvider time) : SitePage
{
    private const string Here = "/admin/mail";

    [BindProperty(SupportsGet = true, Name = "before")]
    public Guid? Before { get; set; }

    [BindProperty(SupportsGet = true, Name = "after")]
    public Guid? After { get; set; }

    public UnsentPage List { get; private set; } = new([], null, null);

    public UnixTime Now => time.Now();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "Unsent mail";
        List = await mail.ListAsync(After, Before, cancellation);
    }

    public Task<IActionResult> OnPostRetryAsync([FromForm(Name = "letter")] Guid message, CancellationToken cancellation) =>
        RetryAsync(message, cancellation);

    public Task<IActionResult> OnPostRetryAllAsync(CancellationToken cancellation) => RetryAsync(null, cancellation);

    /// <summary>"3 tries"</summary>
    public string Tries(UnsentMessage message) => message.Tries switch
    {
        0 => "Not tried yet",
        1 => "1 try",
        var tries => $"{tries} tries",
    };

    private async Task<IActionResult> RetryAsync(Guid? message, CancellationToken cancellation)
    {
        if (!await acts.CheckAdminAsync(Me!, HttpContext.Actor(), cancellation))
        {
            return NotFound();
        }

        var by = HttpContext.Actor() with { Kind = ActorKind.Agent };
        return RedirectWithFlash(
            Here, await mail.RetryAsync(message, by, cancellation) > 0 ? FlashMessage.MailRetried : FlashMessage.NothingToRetry);
    }
}
