namespace TwoFactor.Pages.Account;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Pages.Requests;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

/// <summary>The owner's name, and the addresses that mail goes to.</summary>
[ClosedToRepair]
public sealed class ProfileModel(AddressChange change, NewAddresses entered, OwnerNotifications notifications) : SitePage
{
    [BindProperty(Name = "email")]
    public string? Mail { get; set; }

    [BindProperty(Name = "second-email")]
    public string? SecondMail { get; set; }

    /// <summary>The addresses that receive mail now.</summary>
    public IReadOnlyList<string> Receiving { get; private set; } = [];

    /// <summary>Whether mail still goes to other addresses, because these are new.</summary>
    public bool IsCoolingOff { get; private set; }

    /// <summary>New addresses whose link was not opened yet.</summary>
    public IReadOnlyList<string> Waiting { get; private set; } = [];

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        await ShowAsync(cancellation);
        var account = Me!.Account;
        // A saved form has already filled the fields.
        (Mail, SecondMail) = Mail is null && SecondMail is null ? (account.Mail, account.SecondMail) : (Mail, SecondMail);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await ShowAsync(cancellation);
        switch (await change.SetAsync(Me!, Mail, SecondMail, HttpContext.Actor(), cancellation))
        {
            case AddressOutcome.Changed(var session):
                Cookies.Session.Write(HttpContext, session);
                return RedirectWithFlash("/account/profile", FlashMessage.AddressesChanged);
            case AddressOutcome.Asked(var session):
                if (session is not null)
                {
                    Cookies.Session.Write(HttpContext, session);
                }

                return RedirectWithFlash("/account/profile", FlashMessage.AddressesAsked);
            case AddressOutcome.Unchanged or AddressOutcome.Dropped:
                return RedirectWithFlash("/account/profile", FlashMessage.AddressesUnchanged);
            case AddressOutcome.ProofNeeded:
                return await ProveFirstAsync("addresses");
            case var refused:
                return Refused(AddressChangeText.For(refused), refused switch
                {
                    AddressOutcome.FirstNotAnAddress or AddressOutcome.Taken => "email",
                    AddressOutcome.SecondNotAnAddress or AddressOutcome.SameTwice => "second-email",
                    _ => null,
                });
        }
    }

    private async Task ShowAsync(CancellationToken cancellation)
    {
        Title = "Mail addresses";
        var account = Me!.Account;
        Waiting = await entered.WaitingAsync(account.Id, cancellation);
        Receiving = [.. notifications.AddressesOf(account).Select(to => to.Mail)];
        IsCoolingOff = !Receiving.SequenceEqual(new[] { account.Mail, account.SecondMail }.OfType<string>(), StringComparer.Ordinal);
    }
}
