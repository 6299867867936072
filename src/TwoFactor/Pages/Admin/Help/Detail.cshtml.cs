namespace TwoFactor.Pages.Admin.Help;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Audit;

/// <summary>One person: what is known, and a button for each of the calls that come in every day.</summary>
public sealed class DetailModel(
    People people, AuditReading audit, HelpRequests requests, Switches switches, Resets resets, PasswordLinks links, Invitations invitations, TimeProvider time)
    : PersonPage(people, time)
{
    private const int RecentEvents = 8;

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>What was asked for and is not over.</summary>
    public IReadOnlyList<OpenRequest> Requests { get; private set; } = [];

    public IReadOnlyList<AuditRow> Recent { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ShowAsync(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostUnlockAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.Unlocked, "unlock-reason", await switches.UnlockAsync(Me!, id, Reason, HttpContext.Origin(), cancellation), cancellation);

    public async Task<IActionResult> OnPostDisableAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.SwitchedOff, "disable-reason", await switches.DisableAsync(Me!, id, Reason, HttpContext.Origin(), cancellation), cancellation);

    public async Task<IActionResult> OnPostEnableAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.SwitchedOn, "enable-reason", await switches.EnableAsync(Me!, id, Reason, HttpContext.Origin(), cancellation), cancellation);

    /// <summary>Mails the owner a link for a new password.</summary>
    public async Task<IActionResult> OnPostLinkAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, NoteWord.LinkSent, null, await links.SendAsync(Me!, id, HttpContext.Origin(), cancellation), cancellation);

    /// <summary>Stops an open reset; the owner can too.</summary>
    public async Task<IActionResult> OnPostStopAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        var outcome = await resets.CancelAsync(Me!, id, Reason, Code, HttpContext.Origin(), cancellation);
        if (!await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        return outcome is HelpOutcome.ResetStopped(var isFrozen)
            ? RedirectWithNote(Address, isFrozen ? NoteWord.ResetStoppedFrozen : NoteWord.ResetStopped)
            : Refused(Outcomes.For(outcome, Name)!, outcome switch { HelpOutcome.Incomplete => "stop-reason", HelpOutcome.CodeRefused => "code", _ => null });
    }

    /// <summary>A new invitation, for somebody who has not enrolled; admins only, as the first one is.</summary>
    public async Task<IActionResult> OnPostInviteAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        if (!await ShowAsync(id, cancellation) || !IsAdmin)
        {
            return NotFound();
        }

        return await invitations.InviteAgainAsync(Me!, id, HttpContext.Origin(), cancellation) switch
        {
            InviteOutcome.Invited => RedirectWithNote(Address, NoteWord.InvitationSentAgain),
            var refused => Refused(Outcomes.For(refused)!),
        };
    }

    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellation)
    {
        if (!await ReadAsync(id, cancellation))
        {
            return false;
        }

        Requests = await requests.OfAsync(id, cancellation);
        Recent = (await audit.NewestAsync(id, cancellation, RecentEvents)).Rows;
        return true;
    }

    private async Task<IActionResult> AnswerAsync(
        Guid id, NoteWord done, string? reasonField, SwitchOutcome outcome, CancellationToken cancellation)
    {
        if (outcome is SwitchOutcome.NoSuchAccount || !await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        return outcome is SwitchOutcome.Done
            ? RedirectWithNote(Address, done)
            : Refused(Outcomes.For(outcome, Name)!, outcome is SwitchOutcome.ReasonMissing ? reasonField : null);
    }
}
