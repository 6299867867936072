namespace TwoFactor.Pages.Enroll;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Authenticators;

/// <summary>The one place where recovery codes are shown: only to the session that made them, until they are saved or expire.</summary>
public sealed class RecoveryCodesModel(RecoverySets sets, RecoverySaving saving, Continuation continuation, TimeProvider time) : SitePage
{
    /// <summary>"I have saved these codes"</summary>
    [BindProperty(Name = "saved")]
    public string? Saved { get; set; }

    /// <summary>The set that this page showed: another tab may have made a newer one.</summary>
    [BindProperty(Name = "set")]
    public Guid Set { get; set; }

    public IReadOnlyList<RecoveryCode> Codes { get; private set; } = [];

    public DateTimeOffset Until { get; private set; }

    public UnixTime Now => time.Now();

    public override SignInProgress SignInProgress => Codes.Count > 0 ? SignInProgress.Both : SignInProgress.None;

    public override bool ShowsOnlyProblem => Codes.Count == 0;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await ShowAsync(cancellation) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await ShowAsync(cancellation, Set) is { } elsewhere)
        {
            return elsewhere;
        }

        if (!string.Equals(Saved, "yes", StringComparison.Ordinal))
        {
            return Refused(RecoverySetText.NotSavedYet, "saved");
        }

        if (await saving.SaveAsync(Me!, Set, HttpContext.Actor(), cancellation) is not { } session)
        {
            Codes = [];
            return RedirectWithFlash("/account/recovery-codes", FlashMessage.RecoveryCodesOver);
        }

        Cookies.Session.Write(HttpContext, session);
        var destination = await continuation.FindAsync(HttpContext, Me!.Account.Id, cancellation);
        Cookies.PendingSignIn.Forget(HttpContext);
        return RedirectWithFlash(destination ?? "/account", FlashMessage.RecoveryCodesSaved);
    }

    private async Task<IActionResult?> ShowAsync(CancellationToken cancellation, Guid? posted = null)
    {
        Title = "Save your recovery codes";
        var me = Me!;
        switch (await sets.FindPendingAsync(me.Account.Id, me.Epoch, me.Session, cancellation))
        {
            case PendingRecoverySet.Shown shown:
                (Set, Codes, Until) = (shown.Set, shown.Codes, shown.Until);
                return posted is null || posted == shown.Set
                    ? null
                    : RedirectWithFlash("/enroll/recovery-codes", FlashMessage.RecoveryCodesNewer);
            case PendingRecoverySet.KeyMissing:
                return Refused(CommonText.KeyMissing(TextContext));
            default:
                return posted is null
                    ? LocalRedirect("/account/recovery-codes")
                    : RedirectWithFlash("/account/recovery-codes", FlashMessage.RecoveryCodesOver);
        }
    }
}
