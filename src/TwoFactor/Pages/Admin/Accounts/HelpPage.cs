namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Handover;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>
/// The form of a reset and of a pass: how the agent checked the person's identity, why, how it is delivered, and the agent's own code.
/// </summary>
public abstract class HelpPage(HelpKind kind, People people, HelpDesk desk, HandoverCopies copies, TimeProvider time)
    : PersonPage(people, time)
{
    [BindProperty(Name = "verified")]
    public string? Verified { get; set; }

    [BindProperty(Name = "verified-note")]
    public string? VerifiedNote { get; set; }

    [BindProperty(Name = "delivery")]
    public string? Delivery { get; set; }

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>The epoch of the target's guard when the form was made. It lets only one of two simultaneous requests through.</summary>
    [BindProperty(Name = "epoch")]
    public Epoch Epoch { get; set; }

    public HelpKind Kind => kind;

    /// <summary>What it needs besides this agent.</summary>
    public ApprovalRequirement ApprovalRequirement { get; private set; } = new ApprovalRequirement.None();

    /// <summary>Whether the target's mailbox is not trusted: a ticket is then handed over in person or not given at all.</summary>
    public bool MustHandOver { get; private set; }

    /// <summary>Why there is no form; null when there is one.</summary>
    public Sentence? NoForm { get; private set; }

    /// <summary>The ticket or pass to hand over, shown once; for a minute it can be loaded again.</summary>
    public ShownSecret? Shown { get; private set; }

    public Sentence? ShownText { get; private set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ShowAsync(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        if (await copies.FindAsync(Me!.Session, id, kind, cancellation) is not null)
        {
            // The same form came a moment ago, and its answer was lost: the page shows what it made.
            return LocalRedirect(HttpContext.Request.Path);
        }

        var form = new HelpForm(kind, id, Epoch, Code, ParseVerified(), VerifiedNote?.Trim(), Reason?.Trim(), ParseDelivery());
        var outcome = await desk.AskAsync(Me!, form, HttpContext.Actor(), cancellation);
        if (!await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        var sentence = HelpDeskText.For(outcome, TextContext, Name);
        switch (outcome)
        {
            case HelpOutcome.Mailed:
                return RedirectWithFlash(Address, kind == HelpKind.Pass ? FlashMessage.PassMailed : FlashMessage.TicketMailed);
            case HelpOutcome.AwaitsSecond:
                return RedirectWithFlash(Address, FlashMessage.SecondAsked);
            case HelpOutcome.AwaitsTime:
                return RedirectWithFlash(Address, FlashMessage.NoticeGiven);
            case HelpOutcome.HandOver or HelpOutcome.HandOverPass:
                return LocalRedirect(HttpContext.Request.Path);
            case HelpOutcome.Incomplete(var gaps):
                return Refused(
                    gaps.Count == 1 ? HelpFormText.Title(gaps[0]) : HelpFormText.NotComplete,
                    [.. gaps.Select(gap => new FieldProblem(Field(gap), HelpFormText.Text(gap, Name)))]);
            case HelpOutcome.CodeRefused:
                return Refused(sentence, "code");
            default:
                return Refused(sentence);
        }
    }

    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellation)
    {
        if (!await ReadAsync(id, cancellation))
        {
            return false;
        }

        Shown = await copies.FindAsync(Me!.Session, id, kind, cancellation);
        if (Shown is { EndsAt: var endsAt })
        {
            ShownText = HelpDeskText.ForHandover(kind, endsAt, Name);
            Title = ShownText.Title;
            return true;
        }

        Title = kind == HelpKind.Pass ? $"A pass for {Name}" : $"Reset {Name}";
        var preview = await desk.PreviewAsync(Me!.Account, Target, kind, cancellation);
        (ApprovalRequirement, MustHandOver) = (preview.Requirement, preview.Trust != MailboxTrust.Trusted);
        NoForm = preview.Refusal is { } refusal ? HelpDeskText.For(refusal, TextContext, Name) : null;
        return true;
    }

    private static string Field(HelpFormProblem gap) => gap switch
    {
        HelpFormProblem.Verified => "verified",
        HelpFormProblem.Note => "verified-note",
        HelpFormProblem.Delivery or HelpFormProblem.HandOverNeedsBadge or HelpFormProblem.MailInDoubt => "delivery",
        _ => "reason",
    };

    private Verification? ParseVerified() => Verified switch
    {
        "call-back" => Verification.CallBack,
        "badge" => Verification.Badge,
        "manager" => Verification.Manager,
        "other" => Verification.Other,
        _ => null,
    };

    private Delivery? ParseDelivery() => Delivery switch
    {
        "mail" => Administration.HelpDesk.Delivery.Mail,
        "hand-over" => Administration.HelpDesk.Delivery.HandOver,
        _ => null,
    };
}
