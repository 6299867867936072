namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Audit;

public sealed class DetailModel(People people, AuditReading audit, Resets resets, Switches switches, Invitations invitations, TimeProvider time)
    : PersonPage(people, audit, resets, time)
{
    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ReadAsync(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostUnlockAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.Unlocked, "unlock-reason", await switches.UnlockAsync(Me!, id, Reason, HttpContext.Origin(), cancellation), cancellation);

    public async Task<IActionResult> OnPostDisableAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.SwitchedOff, "disable-reason", await switches.DisableAsync(Me!, id, Reason, HttpContext.Origin(), cancellation), cancellation);

    public async Task<IActionResult> OnPostEnableAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.SwitchedOn, "enable-reason", await switches.EnableAsync(Me!, id, Reason, HttpContext.Origin(), cancellation), cancellation);

    /// <summary>A new invitation, for somebody who has not enrolled; admins only, as the first one is.</summary>
    public async Task<IActionResult> OnPostInviteAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        if (!await ReadAsync(id, cancellation) || !CanHandOver)
        {
            return NotFound();
        }

        return await invitations.InviteAgainAsync(Me!, id, HttpContext.Origin(), cancellation) switch
        {
            InviteOutcome.Invited => RedirectWithNote($"/admin/accounts/{id}", NoteWord.InvitationSentAgain),
            var refused => Refused(Outcomes.For(refused)!),
        };
    }

    private async Task<IActionResult> AnswerAsync(
        Guid id, NoteWord done, string reasonField, SwitchOutcome outcome, CancellationToken cancellation)
    {
        if (outcome is SwitchOutcome.NoSuchAccount || !await ReadAsync(id, cancellation))
        {
            return NotFound();
        }

        return outcome is SwitchOutcome.Done
            ? RedirectWithNote($"/admin/accounts/{id}", done)
            : Refused(Outcomes.For(outcome, Target.Name)!, outcome is SwitchOutcome.ReasonMissing ? reasonField : null);
    }
}
