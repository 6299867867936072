namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Keys;

public sealed class ResetModel(People people, AuditReading audit, Resets resets, TimeProvider time) : PersonPage(people, audit, resets, time)
{
    [BindProperty(Name = "verified")]
    public string? Verified { get; set; }

    [BindProperty(Name = "verified-note")]
    public string? VerifiedNote { get; set; }

    [BindProperty(Name = "delivery")]
    public string? Delivery { get; set; }

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>Of the target's guard when the form was made: of two approvals at once it lets one through.</summary>
    [BindProperty(Name = "epoch")]
    public long Epoch { get; set; }

    /// <summary>To hand over, shown once.</summary>
    public Token? Ticket { get; private set; }

    public Sentence? TicketWords { get; private set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ReadAsync(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        var request = new ResetRequest(id, Epoch, Code, ParseVerified(), VerifiedNote?.Trim(), Reason?.Trim(), ParseDelivery());
        var outcome = await Resets.ApproveAsync(Me!, request, HttpContext.Origin(), cancellation);
        if (!await ReadAsync(id, cancellation))
        {
            return NotFound();
        }

        var sentence = Outcomes.For(outcome, Target.Name)!;
        switch (outcome)
        {
            case ResetOutcome.Mailed:
                return RedirectWithNote($"/admin/accounts/{id}", NoteWord.TicketMailed);
            case ResetOutcome.HandOver(var ticket, _):
                (Ticket, TicketWords, Title) = (ticket, sentence, sentence.Title);
                return Page();
            case ResetOutcome.Incomplete(var gaps):
                return Refused("The form is not complete", [.. gaps.Select(gap => new FieldProblem(Field(gap), Outcomes.ForGap(gap, Target.Name).Text!))]);
            case ResetOutcome.CodeRefused:
                return Refused(sentence, "code");
            default:
                return Refused(sentence);
        }
    }

    private static string Field(ResetGap gap) => gap switch
    {
        ResetGap.Verified => "verified",
        ResetGap.Note => "verified-note",
        ResetGap.Delivery or ResetGap.HandOverNeedsBadge or ResetGap.MailInDoubt => "delivery",
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
        "mail" => Administration.Delivery.Mail,
        "hand-over" => Administration.Delivery.HandOver,
        _ => null,
    };
}
