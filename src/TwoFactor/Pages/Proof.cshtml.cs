namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

/// <summary>One fresh code before a change. It leads back to the form that asked for it.</summary>
public sealed class ProofModel(Proofs proofs) : SitePage
{
    /// <summary>What asks, as it stands in the address: its words, and where its form is.</summary>
    private static readonly Dictionary<string, (string Words, string Back)> Purposes = new(StringComparer.Ordinal)
    {
        ["recovery-codes"] = ("to make new recovery codes", "/account/recovery-codes"),
        ["authenticators"] = ("to change your authenticators", "/account/authenticators"),
        ["password"] = ("to change your password", "/account/password"),
    };

    [BindProperty(Name = "for", SupportsGet = true)]
    public string? For { get; set; }

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    public string Purpose => Purposes[For!].Words;

    public string Back => Purposes[For!].Back;

    public override Dots Dots => Dots.Second;

    public IActionResult OnGet() => Show() ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Show() is { } elsewhere)
        {
            return elsewhere;
        }

        return await proofs.GiveAsync(Me!, Code, HttpContext.Origin(), cancellation) switch
        {
            ProofOutcome.Refused refused => Refused(Outcomes.For(refused)!, "code"),
            _ => RedirectWithNote(Back, NoteWord.Confirmed),
        };
    }

    private IActionResult? Show()
    {
        Title = "Confirm it is you";
        return For is not null && Purposes.ContainsKey(For) ? null : NotFound();
    }
}
