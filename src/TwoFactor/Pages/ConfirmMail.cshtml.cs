namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Keys;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

/// <summary>The link that was sent to a new mail address: one button makes it count.</summary>
public sealed class ConfirmMailModel(AddressConfirmation confirmation) : LinkPage<AddressLinkState>
{
    /// <summary>The address; null when the link is not valid.</summary>
    public AddressLinkState.Asks? Asked { get; private set; }

    public override bool ShowsOnlyProblem => Asked is null;

    protected override TokenCookie LinkCookie => Cookies.ConfirmMail;

    protected override string Address => "/confirm-mail";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Link;
        switch (await confirmation.ConfirmAsync(link, Me, HttpContext.Actor(), cancellation))
        {
            case AddressConfirmationOutcome.Confirmed { Session: { } session }:
                Cookies.ConfirmMail.Forget(HttpContext);
                Cookies.Session.Write(HttpContext, session);
                return RedirectWithFlash("/account/profile", FlashMessage.AddressesChanged);
            case AddressConfirmationOutcome.Confirmed:
                Cookies.ConfirmMail.Forget(HttpContext);
                return RedirectWithFlash("/sign-in", FlashMessage.AddressConfirmed);
            default:
                var state = await confirmation.FindAsync(link, cancellation);
                return Show(state is AddressLinkState.Asks ? new AddressLinkState.Over() : state);
        }
    }

    protected override Task<AddressLinkState> FindAsync(Token? link, CancellationToken cancellation) =>
        confirmation.FindAsync(link, cancellation);

    protected override bool IsKept(AddressLinkState state) => state is not AddressLinkState.Unknown;

    protected override IActionResult Show(AddressLinkState state)
    {
        Title = "Confirm your mail address";
        if (state is AddressLinkState.Asks asked)
        {
            Asked = asked;
            return Page();
        }

        Title = "This link is over";
        return Closed(state is AddressLinkState.Unknown, AddressConfirmationText.For(state, TextContext));
    }
}
