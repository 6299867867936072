namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Web.Text;

/// <summary>What every page of an agent about one account reads.</summary>
public abstract class PersonPage(People people, TimeProvider time) : SitePage
{
    [BindProperty(Name = "reason")]
    public string? Reason { get; set; }

    public PersonDetail Person { get; private set; } = null!;

    public UnixTime Now => time.Now();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public Account Target => Person.Person.Account;

    public string Name => Target.Name;

    /// <summary>The address of this account's page.</summary>
    public string Address => $"/admin/accounts/{Target.Id}";

    public bool IsMe => Target.Id == Me!.Account.Id;

    public bool IsAdmin => Me!.Account.Role == Role.Admin;

    /// <summary>Whether the agent may act on this account at all; otherwise a sentence replaces the forms.</summary>
    public bool Outranks => Me!.Account.Role.Outranks(Target.Role);

    /// <summary>Whether the agent may start a reset or a pass. An admin may help another admin, but never alone.</summary>
    public bool MayHelp => AgentAuthorization.MayHelp(Me!.Account, Target);

    /// <summary>Whether the mail address was changed so recently that it receives nothing yet.</summary>
    public bool MailIsNew => people.IsMailNew(Target);

    public bool IsHeld(HeldBy by) => Person.Guard.Held.HasFlag(by);

    /// <summary>The reason as typed, but only in the form that was sent, because the page has several.</summary>
    /// <param name="handler">The handler of the form.</param>
    public string? ReasonOf(string handler) =>
        string.Equals(Request.Query["handler"], handler, StringComparison.OrdinalIgnoreCase) ? Reason : null;

    protected override string FlashFor(FlashMessage message) => FlashText.For(
        message, TextContext, Target.Name, Target.Mail, Person.TicketEndsAt is { } at ? at.ToDateTimeOffset() : null);

    /// <summary>Returns false when there is no such account.</summary>
    protected async Task<bool> ReadAsync(Guid id, CancellationToken cancellation)
    {
        if (await people.FindAsync(id, cancellation) is not { } person)
        {
            return false;
        }

        Person = person;
        Title = Target.Name;
        return true;
    }
}
