namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Authenticators;

public sealed class RecoveryCodesModel(RecoveryCodes codes, RecoverySets sets, RecoverySaving saving, TimeProvider time) : SitePage
{
    public RecoveryCodeStatus Standing { get; private set; } = new(0, 0, null);

    /// <summary>Whether a set is ready to be saved, and this session may see it.</summary>
    public bool HasPending { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task OnGetAsync(CancellationToken cancellation) => await ShowAsync(cancellation);

    /// <summary>"Make new codes", after a proof.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        switch (await saving.MakeAsync(Me!, HttpContext.Actor(), cancellation))
        {
            case NewRecoveryCodesOutcome.Made:
                return LocalRedirect("/enroll/recovery-codes");
            case NewRecoveryCodesOutcome.ProofNeeded:
                return await ProveFirstAsync("recovery-codes");
            case NewRecoveryCodesOutcome.KeyMissing:
                await ShowAsync(cancellation);
                return Refused(CommonText.KeyMissing(TextContext));
            default:
                await ShowAsync(cancellation);
                return Refused(RecoverySetText.BusyMaking(TextContext));
        }
    }

    private async Task ShowAsync(CancellationToken cancellation)
    {
        Title = "Recovery codes";
        var me = Me!;
        Standing = await codes.StandingAsync(me.Account.Id, cancellation);
        HasPending = await sets.FindPendingAsync(me.Account.Id, me.Epoch, me.Session, cancellation) is PendingRecoverySet.Shown;
    }
}
