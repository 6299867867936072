namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>One account: its state, and a button for each help-desk call that comes in every day.</summary>
public sealed class DetailModel(
    People people, AuditQueries audit, HelpRequests requests, AccountLockout accountLockout, Resets resets, PasswordLinks links,
    Invitations invitations, TimeProvider time)
    : PersonPage(people, time)
{
    private const int RecentEvents = 8;

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    /// <summary>The open requests about this account.</summary>
    public IReadOnlyList<OpenRequest> Requests { get; private set; } = [];

    public IReadOnlyList<AuditRow> Recent { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ShowAsync(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostUnlockAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, FlashMessage.Unlocked, "unlock", await accountLockout.UnlockAsync(
            Me!, id, Reason, HttpContext.Actor(), cancellation), cancellation);

    public async Task<IActionResult> OnPostDisableAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, FlashMessage.SwitchedOff, "disable", await accountLockout.DisableAsync(
            Me!, id, Reason, Code, HttpContext.Actor(), cancellation), cancellation);

    public async Task<IActionResult> OnPostEnableAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, FlashMessage.SwitchedOn, "enable", await accountLockout.EnableAsync(
            Me!, id, Reason, Code, HttpContext.Actor(), cancellation), cancellation);

    public async Task<IActionResult> OnPostEndSessionsAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, FlashMessage.SessionsEnded, "end-sessions", await accountLockout.EndSessionsAsync(
            Me!, id, Reason, Code, HttpContext.Actor(), cancellation), cancellation);

    /// <summary>Mails the owner a password link.</summary>
    public async Task<IActionResult> OnPostLinkAsync([FromRoute] Guid id, CancellationToken cancellation) => await AnswerAsync(
        id, FlashMessage.LinkSent, "link", await links.SendAsync(Me!, id, HttpContext.Actor(), cancellation), cancellation);

    /// <summary>Cancels an open reset; the owner can do that too.</summary>
    public async Task<IActionResult> OnPostStopAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        var outcome = await resets.CancelAsync(Me!, id, Reason, Code, HttpContext.Actor(), cancellation);
        if (!await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        return outcome is HelpOutcome.ResetStopped(var isFrozen)
            ? RedirectWithFlash(Address, isFrozen ? FlashMessage.ResetStoppedFrozen : FlashMessage.ResetStopped)
            : Refused(
                HelpDeskText.For(outcome, TextContext, Name),
                outcome switch { HelpOutcome.Incomplete => "stop-reason", HelpOutcome.CodeRefused => "code", _ => null });
    }

    /// <summary>Sends a new invitation to somebody who has not enrolled. Only admins may, as for the first one.</summary>
    public async Task<IActionResult> OnPostInviteAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        if (!await ShowAsync(id, cancellation) || !IsAdmin)
        {
            return NotFound();
        }

        return await invitations.InviteAgainAsync(Me!, id, HttpContext.Actor(), cancellation) switch
        {
            InviteOutcome.Invited => RedirectWithFlash(Address, FlashMessage.InvitationSentAgain),
            var refused => Refused(InvitationText.For(refused)),
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

    /// <param name="form">What the ids of the form's fields begin with.</param>
    private async Task<IActionResult> AnswerAsync(
        Guid id, FlashMessage done, string form, LockoutOutcome outcome, CancellationToken cancellation)
    {
        if (outcome is LockoutOutcome.NoSuchAccount || !await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        return outcome is LockoutOutcome.Done
            ? RedirectWithFlash(Address, done)
            : Refused(AccountLockoutText.For(outcome, TextContext, Name), outcome switch
            {
                LockoutOutcome.ReasonMissing => $"{form}-reason",
                LockoutOutcome.CodeRefused => $"{form}-code",
                _ => null,
            });
    }
}
