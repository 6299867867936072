namespace TwoFactor.Pages.Enroll;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;

/// <summary>The one place where recovery codes are shown: to the session that asked for them, until they are saved or their time is over.</summary>
public sealed class RecoveryCodesModel(RecoverySets sets, RecoverySaving saving, TimeProvider time) : SitePage
{
    /// <summary>"I have saved these codes"</summary>
    [BindProperty(Name = "saved")]
    public string? Saved { get; set; }

    /// <summary>The set that this page showed: another tab may have made a newer one.</summary>
    [BindProperty(Name = "set")]
    public Guid Set { get; set; }

    public IReadOnlyList<RecoveryCode> Codes { get; private set; } = [];

    public DateTimeOffset Until { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public override Dots Dots => Codes.Count > 0 ? Dots.Both : Dots.None;

    public override bool ProblemIsThePage => Codes.Count == 0;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) => await ShowAsync(cancellation) ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await ShowAsync(cancellation, Set) is { } elsewhere)
        {
            return elsewhere;
        }

        if (!string.Equals(Saved, "yes", StringComparison.Ordinal))
        {
            return Refused(Outcomes.NotSavedYet, "saved");
        }

        if (await saving.SaveAsync(Me!, Set, HttpContext.Origin(), cancellation) is not { } session)
        {
            Codes = [];
            return RedirectWithNote("/account/recovery-codes", NoteWord.RecoveryCodesOver);
        }

        Cookies.Session.Write(HttpContext, session);
        return RedirectWithNote("/account", NoteWord.RecoveryCodesSaved);
    }

    private async Task<IActionResult?> ShowAsync(CancellationToken cancellation, Guid? posted = null)
    {
        Title = "Save your recovery codes";
        var me = Me!;
        switch (await sets.LookAsync(me.Account.Id, me.Epoch, me.Session, cancellation))
        {
            case RecoverySetLook.Shown shown:
                (Set, Codes, Until) = (shown.Set, shown.Codes, shown.Until);
                return posted is null || posted == shown.Set ? null : RedirectWithNote("/enroll/recovery-codes", NoteWord.RecoveryCodesNewer);
            case RecoverySetLook.KeyMissing:
                return Refused(Outcomes.KeyMissing);
            default:
                return posted is null ? LocalRedirect("/account/recovery-codes") : RedirectWithNote("/account/recovery-codes", NoteWord.RecoveryCodesOver);
        }
    }
}
