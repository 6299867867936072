namespace TwoFactor.Pages.Admin.Resets;

using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TwoFactor.Accounts;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Handover;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>One request: a second person approves it, the admin among the two agents hands over, or somebody stops it.</summary>
public sealed class DetailModel(HelpRequests requests, ResetApproval approval, HandoverCopies copies) : SitePage
{
    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>"badge" when the agent has seen the badge of the person in front of them.</summary>
    [BindProperty(Name = "verified")]
    public string? Verified { get; set; }

    public OpenRequest Open { get; private set; } = null!;

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public bool IsPass => Open.Request.Kind == HelpKind.Pass;

    /// <summary>Whether this agent may approve it.</summary>
    public bool CanApprove => Open.CanBeApprovedBy(Me!.Account);

    /// <summary>Why this agent cannot approve it; null when the agent can, or it needs no approval from anybody else.</summary>
    public Sentence? CannotApprove => Open.Stage == HelpStage.Waiting && Open.Agent.Id != Me!.Account.Id
        && HelpOutcome.ForApprover(Open, Me.Account) is { } refusal
        ? HelpDeskText.For(refusal, TextContext, Open.Target.Name)
        : null;

    /// <summary>Whether this agent hands over, either now or together with the approval.</summary>
    public bool HandsOver => CanApprove ? Open.ApproverHandsOver : Open.HandsOver?.Id == Me!.Account.Id;

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ReadAsync(id, cancellation) ? Page() : await OverAsync(id, cancellation);

    public async Task<IActionResult> OnPostApproveAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ReadAsync(id, cancellation)
            ? Answer(await approval.ApproveAsync(Me!, id, Code, SawBadge, HttpContext.Actor(), cancellation))
            : await OverAsync(id, cancellation);

    public async Task<IActionResult> OnPostHandOverAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ReadAsync(id, cancellation)
            ? Answer(await approval.HandOverAsync(Me!, id, Code, SawBadge, HttpContext.Actor(), cancellation))
            : await OverAsync(id, cancellation);

    public async Task<IActionResult> OnPostStopAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ReadAsync(id, cancellation)
            ? Answer(await approval.CancelAsync(Me!, id, HttpContext.Actor(), cancellation))
            : await OverAsync(id, cancellation);

    private bool SawBadge => string.Equals(Verified, "badge", StringComparison.Ordinal);

    private IActionResult Answer(HelpOutcome outcome)
    {
        var sentence = HelpDeskText.For(outcome, TextContext, Open.Target.Name);
        switch (outcome)
        {
            case HelpOutcome.HandOver or HelpOutcome.HandOverPass:
                return LocalRedirect(ShownAt(Open.Request));
            case HelpOutcome.Approved:
                return RedirectWithFlash("/admin/resets", FlashMessage.Approved);
            case HelpOutcome.RequestStopped:
                return RedirectWithFlash("/admin/resets", FlashMessage.RequestStopped);
            case HelpOutcome.Incomplete:
                return Refused(sentence, "verified");
            case HelpOutcome.CodeRefused:
                return Refused(sentence, "code");
            default:
                return Refused(sentence);
        }
    }

    /// <summary>
    /// A request that is over. If this session was shown its ticket or pass a moment ago, it leads there: the answer may have been lost.
    /// </summary>
    private async Task<IActionResult> OverAsync(Guid id, CancellationToken cancellation) =>
        await requests.FindEndedAsync(id, cancellation) is { } ended
            && await copies.FindAsync(Me!.Session, ended.AccountId, ended.Kind, cancellation) is not null
            ? LocalRedirect(ShownAt(ended))
            : NotFound();

    /// <summary>The page of the account that shows the ticket or pass.</summary>
    private static string ShownAt(HelpRequest request) => $"/admin/accounts/{request.AccountId}/{request.Kind.ToToken()}";

    /// <summary>Returns false when the request is over, or is about an account that this agent may not help.</summary>
    private async Task<bool> ReadAsync(Guid id, CancellationToken cancellation)
    {
        if (await requests.FindAsync(id, cancellation) is not { } open || !AgentAuthorization.MayHelp(Me!.Account, open.Target))
        {
            return false;
        }

        Open = open;
        Title = $"{(IsPass ? "A pass" : "A reset")} for {open.Target.Name}";
        return true;
    }
}
