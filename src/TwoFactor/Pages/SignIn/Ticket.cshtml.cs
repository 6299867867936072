namespace TwoFactor.Pages.SignIn;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Characters;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Sessions;

public sealed class TicketModel(PendingSignInStates states, TicketEntry entry, PendingSignIns pendings) : SecondStepPage(pendings)
{
    [BindProperty(Name = "ticket")]
    public string? Ticket { get; set; }

    /// <summary>Whether a link has put the ticket into its cookie, so that one button is enough.</summary>
    public bool HasTicket { get; private set; }

    public bool CanCancel { get; private set; }

    /// <summary>Why the person is here.</summary>
    public Sentence? Why { get; private set; }

    /// <param name="token">The ticket of a mailed link. It is moved into a cookie and out of the address bar.</param>
    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        Title = "Enter your ticket";
        if (token is not null)
        {
            if (Token.Parse(token) is not { } ticket)
            {
                return StartAgain(TicketText.For(new TicketOutcome.Wrong(), TextContext));
            }

            Cookies.Ticket.Write(HttpContext, ticket);
            return LocalRedirect("/sign-in/ticket");
        }

        return await ShowAsync(cancellation) ?? Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await IsOvertakenAsync(cancellation))
        {
            return StartAgain(CommonText.StartAgain);
        }

        Title = "Enter your ticket";
        if (await ShowAsync(cancellation) is { } elsewhere)
        {
            return elsewhere;
        }

        var ticket = TypedText.IsBlank(Ticket) ? Cookies.Ticket.Read(HttpContext) : Token.Parse(Ticket);
        switch (await entry.SubmitAsync(Cookies.PendingSignIn.Read(HttpContext), ticket, HttpContext.Actor(), cancellation))
        {
            case TicketOutcome.Opened(var owner):
                Cookies.Ticket.Forget(HttpContext);
                Cookies.Enrollment.Write(HttpContext, owner);
                return LocalRedirect("/enroll");
            case TicketOutcome.StartAgain again:
                return StartAgain(TicketText.For(again, TextContext));
            case var refused:
                Cookies.Ticket.Forget(HttpContext);
                (HasTicket, Title) = (false, "Enter your ticket");
                return Refused(TicketText.For(refused, TextContext), "ticket");
        }
    }

    private async Task<IActionResult?> ShowAsync(CancellationToken cancellation)
    {
        HasTicket = Cookies.Ticket.Exists(HttpContext);
        Title = HasTicket ? "Set up a new authenticator" : "Enter your ticket";
        var state = await states.FindAsync(Cookies.PendingSignIn.Read(HttpContext), cancellation);
        switch (state)
        {
            case PendingSignInState.ResetOpen(var pending, _, var canCancel):
                Show(pending);
                (CanCancel, Why) = (canCancel, PendingSignInText.For(state, TextContext));
                return null;
            case PendingSignInState.NoAuthenticator(var pending):
                Show(pending);
                Why = PendingSignInText.For(state, TextContext);
                return null;
            case PendingSignInState.Over { Pending: null }:
                return LocalRedirect("/sign-in");
            case PendingSignInState.AskCode or PendingSignInState.Waiting or PendingSignInState.Closed:
                return LocalRedirect("/sign-in/code");
            case PendingSignInState.Over:
                return StartAgain(PendingSignInText.For(state, TextContext));
            default:
                return StartAgain(PendingSignInText.For(state, TextContext), "You cannot sign in");
        }
    }
}
