namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Authorization;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Web.Text;

/// <summary>One person before an agent: what every page about them reads.</summary>
public abstract class PersonPage(People people, TimeProvider time) : SitePage
{
    [BindProperty(Name = "reason")]
    public string? Reason { get; set; }

    public PersonDetail Person { get; private set; } = null!;

    public UnixTime Now => time.Now();

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public Account Target => Person.Person.Account;

    public string Name => Target.Name;

    /// <summary>Of this person's page.</summary>
    public string Address => $"/admin/accounts/{Target.Id}";

    public bool IsMe => Target.Id == Me!.Account.Id;

    public bool IsAdmin => Me!.Account.Role == Role.Admin;

    /// <summary>Whether the agent may act here at all; otherwise a sentence stands in place of the forms.</summary>
    public bool Outranks => Me!.Account.Role.Outranks(Target.Role);

    /// <summary>Whether the agent may start a reset or a pass: an admin helps another admin, but never alone.</summary>
    public bool MayHelp => AgentAuthorization.MayHelp(Me!.Account, Target);

    /// <summary>The address was changed a short time ago, and receives nothing yet.</summary>
    public bool MailIsNew => people.IsMailNew(Target);

    public bool IsHeld(HeldBy by) => Person.Guard.Held.HasFlag(by);

    /// <summary>The reason as typed, for the form that was sent: the page has several.</summary>
    /// <param name="handler">That of the form.</param>
    public string? ReasonOf(string handler) =>
        string.Equals(Request.Query["handler"], handler, StringComparison.OrdinalIgnoreCase) ? Reason : null;

    protected override string FlashFor(FlashMessage message) => FlashText.For(
        message, TextContext, Target.Name, Target.Mail, Person.TicketEndsAt is { } at ? at.ToDateTimeOffset() : null);

    /// <summary>False: there is no such account.</summary>
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
