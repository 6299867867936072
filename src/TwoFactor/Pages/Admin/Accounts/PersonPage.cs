namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;

/// <summary>One person before an agent: what both pages about them read, and the reset's form.</summary>
public abstract class PersonPage(People people, AuditReading audit, Resets resets, TimeProvider time) : SitePage
{
    private const int RecentEvents = 8;

    [BindProperty(Name = "reason")]
    public string? Reason { get; set; }

    public PersonDetail Person { get; private set; } = null!;

    public IReadOnlyList<AuditRow> Recent { get; private set; } = [];

    public DateTimeOffset Now => time.GetUtcNow();

    public override Dots Dots => Dots.Both;

    public Account Target => Person.Person.Account;

    public bool IsMe => Target.Id == Me!.Account.Id;

    /// <summary>Whether the agent may act here at all; otherwise a sentence stands in place of the forms.</summary>
    public bool Outranks => Me!.Account.Role.Outranks(Target.Role);

    public bool CanHandOver => Me!.Account.Role == Role.Admin;

    public bool CanReset => Outranks && Target.EnrolledAt is not null && SecondPerson is null;

    /// <summary>Why one agent alone may not reset; null: may.</summary>
    public Sentence? SecondPerson { get; private set; }

    /// <summary>The target's mail is not relied upon: a ticket is handed over or there is none.</summary>
    public bool MustHandOver { get; private set; }

    protected Resets Resets => resets;

    protected override string NoteFor(NoteWord word) => Outcomes.Note(
        word, Target.Name, Target.Mail, Person.TicketEndsAt is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null);

    /// <summary>False: there is no such account.</summary>
    protected async Task<bool> ReadAsync(Guid id, CancellationToken cancellation)
    {
        if (await people.FindAsync(id, cancellation) is not { } person)
        {
            return false;
        }

        Person = person;
        Title = Target.Name;
        MustHandOver = Resets.DoubtOf(Target) != Doubt.None;
        SecondPerson = Outranks && await Resets.NeedsSecondAsync(Me!, Target, cancellation) is { } needed ? Outcomes.For(needed, Target.Name) : null;
        Recent = (await audit.NewestAsync(id, cancellation, RecentEvents)).Rows;
        return true;
    }
}
