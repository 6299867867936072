namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>Invites somebody. A role above user needs a proof first.</summary>
public sealed class NewModel(Invitations invitations) : SitePage
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "email")]
    public string? Mail { get; set; }

    [BindProperty(Name = "name")]
    public string? Name { get; set; }

    [BindProperty(Name = "groups")]
    public string? Groups { get; set; }

    [BindProperty(Name = "enroll-by")]
    public string? EnrollBy { get; set; }

    [BindProperty(Name = "role")]
    public string? RoleWord { get; set; }

    public Role GivenRole => Roles.Parse(RoleWord) ?? Role.User;

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public void OnGet() => Title = "Invite someone";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Invite someone";
        var request = new InvitationRequest(UserName, Mail, Name, GivenRole) { Groups = Groups, EnrollBy = EnrollBy };
        return await invitations.InviteAsync(Me!, request, HttpContext.Actor(), cancellation) switch
        {
            InviteOutcome.Invited(var account, _, _) => RedirectWithFlash($"/admin/accounts/{account.Id}", FlashMessage.InvitationSent),
            InviteOutcome.ProofNeeded => await ProveFirstAsync("role"),
            InviteOutcome.NotForThisRole => NotFound(),
            var refused => Refused(InvitationText.For(refused), refused switch
            {
                InviteOutcome.MailNotAllowed or InviteOutcome.MailTaken => "email",
                InviteOutcome.GroupNotAllowed => "groups",
                InviteOutcome.DateNotAllowed => "enroll-by",
                _ => "username",
            }),
        };
    }
}
