namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Pages.Requests;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>Changes the name, address, groups, date and role of somebody else's account, for an admin after a code.</summary>
public sealed class EditModel(People people, AccountEdits edits, Groups groups, TimeProvider time) : PersonPage(people, time)
{
    [BindProperty(Name = "name")]
    public string? DisplayName { get; set; }

    [BindProperty(Name = "email")]
    public string? Mail { get; set; }

    [BindProperty(Name = "role")]
    public string? Role { get; set; }

    [BindProperty(Name = "groups")]
    public string? GroupNames { get; set; }

    [BindProperty(Name = "enroll-by")]
    public string? EnrollBy { get; set; }

    public async Task<IActionResult> OnGetAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        if (!await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        DisplayName ??= Target.Name;
        Mail ??= Target.Mail;
        Role ??= Target.Role.ToToken();
        GroupNames ??= string.Join("; ", await groups.OfAsync(id, cancellation));
        EnrollBy ??= Deadlines.Format(Target.OwnEnrollBy);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync([FromRoute] Guid id, CancellationToken cancellation)
    {
        var form = new AccountForm(
            Sent("name", DisplayName), Sent("email", Mail), Roles.Parse(Role), Sent("groups", GroupNames), Sent("enroll-by", EnrollBy));
        var outcome = await edits.SaveAsync(Me!, id, form, HttpContext.Actor(), cancellation);
        if (outcome is EditOutcome.NoSuchAccount || !await ShowAsync(id, cancellation))
        {
            return NotFound();
        }

        return outcome switch
        {
            EditOutcome.Saved(var invited) =>
                RedirectWithFlash(Address, invited ? FlashMessage.AccountSavedAndInvited : FlashMessage.AccountSaved),
            EditOutcome.ProofNeeded => await ProveFirstAsync("accounts"),
            _ => Refused(AccountEditText.For(outcome, TextContext, Name), outcome switch
            {
                EditOutcome.MailNotAllowed or EditOutcome.MailTaken => "email",
                EditOutcome.GroupNotAllowed => "groups",
                EditOutcome.DateNotAllowed => "enroll-by",
                EditOutcome.LastAdmin or EditOutcome.ImportedAuthenticator => "role",
                _ => null,
            }),
        };
    }

    /// <summary>
    /// The value of a field that was sent, even an empty one; null for a field that was not sent, which leaves it as it is.
    /// </summary>
    private string? Sent(string field, string? value) => ExactNames.Has(Request.Form, field) ? value ?? "" : null;

    /// <summary>Returns false when there is no such account.</summary>
    private async Task<bool> ShowAsync(Guid id, CancellationToken cancellation)
    {
        if (!await ReadAsync(id, cancellation))
        {
            return false;
        }

        Title = $"Edit {Name}";
        return true;
    }
}
