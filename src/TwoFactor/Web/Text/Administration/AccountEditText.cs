namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration;
using TwoFactor.Administration.Editing;

/// <summary>The text for an agent who edits or deletes an account.</summary>
public static class AccountEditText
{
    /// <param name="name">The display name of the account that the agent acts on.</param>
    public static Sentence For(EditOutcome outcome, TextContext text, string name) => outcome switch
    {
        EditOutcome.Saved(true) => new Sentence("Saved. A new invitation is on its way."),
        EditOutcome.Saved => new Sentence("Saved."),
        EditOutcome.Deleted => new Sentence(FlashText.For(FlashMessage.AccountDeleted, text)),
        EditOutcome.Unchanged => CommonText.Unchanged,
        EditOutcome.MailNotAllowed => InvitationText.For(new InviteOutcome.MailNotAllowed()),
        EditOutcome.MailTaken(var taken) => InvitationText.For(new InviteOutcome.MailTaken(taken)),
        EditOutcome.GroupNotAllowed => InvitationText.For(new InviteOutcome.GroupNotAllowed()),
        EditOutcome.DateNotAllowed => InvitationText.For(new InviteOutcome.DateNotAllowed()),
        EditOutcome.ProofNeeded => CommonText.ProofNeeded,
        EditOutcome.RankForbids => CommonText.RankForbids(name),
        EditOutcome.Oneself => new Sentence(
            "You cannot change your own account here.",
            "Your addresses stand under Mail addresses. Your role is another admin's to change, your name the server's command line's.",
            Status: StatusCodes.Status403Forbidden),
        EditOutcome.LastAdmin => CommonText.LastAdmin(name),
        EditOutcome.ImportedAuthenticator => new Sentence(
            $"{name} cannot become an admin yet.",
            $"The authenticator of {name} came from a file, and whoever has the file has its codes. {name} sets up another phone under "
                + "Authenticators and removes the old one. After that you can change the role."),
        EditOutcome.ReasonMissing => HelpFormText.ReasonMissing,
        EditOutcome.NoSuchAccount => CommonText.NoSuchAccount,
    };
}
