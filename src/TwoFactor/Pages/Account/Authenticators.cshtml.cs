namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators;
using TwoFactor.Pages.Requests;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class AuthenticatorsModel(OwnAuthenticators authenticators, AuthenticatorRemoval removal, TimeProvider time) : SitePage
{
    [BindProperty(Name = "label")]
    public string? Label { get; set; }

    /// <summary>The authenticator that a new name was typed for.</summary>
    [BindProperty(Name = "authenticator")]
    public string? Chosen { get; set; }

    public IReadOnlyList<Authenticator> Authenticators { get; private set; } = [];

    /// <summary>Whether a new authenticator would replace all others: a recovery code is no proof for more.</summary>
    public bool ReplacesAll { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync(CancellationToken cancellation) => await ShowAsync(cancellation);

    /// <summary>"Set up another phone"</summary>
    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancellation)
    {
        var outcome = await authenticators.StartAsync(Me!, HttpContext.Actor(), cancellation);
        if (outcome is OwnAuthenticatorOutcome.Opened(var owner))
        {
            Cookies.Enrollment.Write(HttpContext, owner);
            return LocalRedirect("/enroll");
        }

        return await AnswerAsync(outcome, field: null, cancellation);
    }

    /// <param name="authenticator">The authenticator; one of somebody else is not found.</param>
    public async Task<IActionResult> OnPostRemoveAsync([FromForm] Guid authenticator, CancellationToken cancellation)
    {
        var outcome = await removal.RemoveAsync(Me!, authenticator, HttpContext.Actor(), cancellation);
        if (outcome is OwnAuthenticatorOutcome.Removed(var session))
        {
            Cookies.Session.Write(HttpContext, session);
            return RedirectWithFlash("/account/authenticators", FlashMessage.AuthenticatorRemoved);
        }

        return await AnswerAsync(outcome, field: null, cancellation);
    }

    /// <inheritdoc cref="OnPostRemoveAsync"/>
    [ClosedToRepair]
    public async Task<IActionResult> OnPostRenameAsync([FromForm] Guid authenticator, CancellationToken cancellation)
    {
        var outcome = await authenticators.RenameAsync(Me!, authenticator, Label, HttpContext.Actor(), cancellation);
        return outcome is OwnAuthenticatorOutcome.Renamed
            ? RedirectWithFlash("/account/authenticators", FlashMessage.AuthenticatorRenamed)
            : await AnswerAsync(outcome, $"label-{authenticator:N}", cancellation);
    }

    /// <summary>After an authenticator was added, the message names the older ones, so that the owner can remove them.</summary>
    protected override string FlashFor(FlashMessage message) => message == FlashMessage.AuthenticatorAdded && Authenticators.Count > 1
        ? $"Done. {string.Join(" and ", Authenticators.SkipLast(1).Select(older => older.Label))} still "
            + $"{(Authenticators.Count == 2 ? "works too. Remove it below, or keep both" : "work too. Remove them below, or keep all")}."
        : base.FlashFor(message);

    private async Task<IActionResult> AnswerAsync(OwnAuthenticatorOutcome outcome, string? field, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case OwnAuthenticatorOutcome.ProofNeeded:
                return await ProveFirstAsync("authenticators");
            case OwnAuthenticatorOutcome.NotFound:
                return NotFound();
            default:
                await ShowAsync(cancellation);
                return Refused(
                    OwnAuthenticatorsText.For(outcome, TextContext),
                    outcome is OwnAuthenticatorOutcome.LabelTaken or OwnAuthenticatorOutcome.LabelEmpty ? field : null);
        }
    }

    private async Task ShowAsync(CancellationToken cancellation)
    {
        var me = Me!;
        Title = "Authenticators";
        Authenticators = await authenticators.ListAsync(me.Account.Id, cancellation);
        ReplacesAll = authenticators.WouldReplaceAll(me);
    }
}
