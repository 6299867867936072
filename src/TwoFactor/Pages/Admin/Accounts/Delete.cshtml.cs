namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>Deletes an account, for an admin after a code.</summary>
public sealed class DeleteModel(People people, Deletions deletions, TimeProvider time) : PersonPage(people, time)
{
    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation) =>
        await ShowAsync(id, cancellation) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        if (!await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        return await deletions.DeleteAsync(Me!, id, Reason, HttpContext.Actor(), cancellation) switch
        {
            EditOutcome.Deleted => RedirectWithFlash("/admin/accounts", FlashMessage.AccountDeleted),
            EditOutcome.NoSuchAccount => NotFound(),
            EditOutcome.ProofNeeded => await ProveFirstAsync("accounts"),
            var refused => Refused(AccountEditText.For(refused, TextContext, Name), refused is EditOutcome.ReasonMissing ? "reason" : null),
        };
    }

    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellation)
    {
        if (!await ReadAsync(id, cancellation))
        {
            return false;
        }

        Title = $"Delete {Name}";
        return true;
    }
}
