namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;

/// <summary>Invites a user. Other roles are given on the server: <c>account add --role</c>.</summary>
public sealed class NewModel(Invitations invitations) : SitePage
{
    [BindProperty(Name = "username")]
    public string? UserName { get; set; }

    [BindProperty(Name = "email")]
    public string? Mail { get; set; }

    [BindProperty(Name = "name")]
    public string? Name { get; set; }

    public override Dots Dots => Dots.Both;

    public void OnGet() => Title = "Invite someone";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Title = "Invite someone";
        var by = HttpContext.Origin() with { By = Audit.ActorKind.Agent };
        return await invitations.InviteAsync(new InvitationRequest(UserName, Mail, Name, Role.User), by, cancellation) switch
        {
            InviteOutcome.Invited(var account, _, _) => RedirectWithNote($"/admin/accounts/{account.Id}", NoteWord.InvitationSent),
            var refused => Refused(
                Outcomes.For(refused)!, refused is InviteOutcome.MailNotAllowed or InviteOutcome.MailTaken ? "email" : "username"),
        };
    }
}
