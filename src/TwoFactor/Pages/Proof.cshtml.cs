namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

/// <summary>Asks for one fresh code before a change, and leads back to the form that needs it.</summary>
public sealed class ProofModel(Proofs proofs) : SitePage
{
    /// <summary>The purposes, as they stand in the address: their text, and the address of the form.</summary>
    private static readonly Dictionary<string, (string Words, string Back)> Purposes = new(StringComparer.Ordinal)
    {
        ["recovery-codes"] = ("to make new recovery codes", "/account/recovery-codes"),
        ["authenticators"] = ("to change your authenticators", "/account/authenticators"),
        ["password"] = ("to change your password", "/account/password"),
        ["addresses"] = ("to change your mail addresses", "/account/profile"),
        [Accounts] = ("to change an account", "/admin/accounts"),
        ["role"] = ("to give a role", "/admin/accounts/new"),
        ["import"] = ("to import people", "/admin/accounts/import"),
        [Administration] = ("to open the pages of administration", "/admin"),
    };

    private const string Administration = "admin";
    private const string Accounts = "accounts";

    [BindProperty(Name = "for", SupportsGet = true)]
    public string? For { get; set; }

    /// <summary>The admin page that was requested, or whose form was saved.</summary>
    [BindProperty(Name = "returnUrl", SupportsGet = true)]
    public string? Destination { get; set; }

    [BindProperty(Name = "code")]
    public string? Code { get; set; }

    public string Purpose => Purposes[For!].Words;

    /// <summary>Where it leads back to: the form that needs the proof; for agents, any admin page.</summary>
    public string Back => IsForAgents && ReturnUrl.Clean(Destination) is { } page && page.StartsWith("/admin", StringComparison.Ordinal)
        ? page
        : Purposes[For!].Back;

    /// <summary>Whether a recovery code would do as well, after a new sign-in with one.</summary>
    public bool TakesRecoveryCode => Me!.RecoveredAt is not null && For is not ("addresses" or "role" or "import" or Accounts);

    /// <summary>The address of this form.</summary>
    public string Address => $"/proof?for={For}" + (IsForAgents ? $"&returnUrl={Uri.EscapeDataString(Back)}" : "");

    public override SignInProgress SignInProgress => ShowsOnlyProblem ? SignInProgress.None : SignInProgress.Second;

    /// <summary>A repair session has no code to give.</summary>
    public override bool ShowsOnlyProblem => Me!.IsRepair;

    public IActionResult OnGet() => Show() ?? Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Show() is { } elsewhere)
        {
            return elsewhere;
        }

        switch (await proofs.GiveAsync(Me!, Code, forChanges: !IsAdministration, HttpContext.Actor(), cancellation))
        {
            case ProofOutcome.Given(var session):
                Cookies.Session.Write(HttpContext, session);
                return RedirectWithFlash(Back, FlashMessage.Confirmed);
            case var refused:
                return Refused(ProofText.For(refused, TextContext), "code");
        }
    }

    private bool IsAdministration => string.Equals(For, Administration, StringComparison.Ordinal);

    /// <summary>Whether the purpose is one of agents: it may lead back to any admin page, and other people may not open it.</summary>
    private bool IsForAgents => For is Administration or Accounts;

    private IActionResult? Show()
    {
        Title = "Confirm it is you";
        if (For is null)
        {
            return LocalRedirect("/account");
        }

        return !Purposes.ContainsKey(For) || (IsForAgents && Me!.Account.Role == Role.User)
            ? NotFound()
            : Me!.IsRepair ? Refused(ProofText.RecoveryProofOver(TextContext)) : null;
    }
}
