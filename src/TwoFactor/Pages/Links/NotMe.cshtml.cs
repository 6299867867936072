namespace TwoFactor.Pages.Links;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Keys;

public sealed class NotMeModel(NotMe notMe) : SitePage
{
    /// <summary>"a reset of your sign-in on 24 November 2026, 10:02 UTC"; null: the link opens nothing.</summary>
    public string? What { get; private set; }

    public override bool ProblemIsThePage => What is null;

    public override bool SaysWhomToContact => What is not null || base.SaysWhomToContact;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Cookies.NotMe.Read(HttpContext) : Token.Parse(token);
        var look = await notMe.LookAsync(link, cancellation);
        if (token is not null && link is not null && look is not NotMeLook.Unknown)
        {
            Cookies.NotMe.Write(HttpContext, link);
            return LocalRedirect("/not-me");
        }

        return Show(look);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Cookies.NotMe.Read(HttpContext);
        await notMe.StopAsync(link, HttpContext.Origin(), cancellation);
        return Show(await notMe.LookAsync(link, cancellation));
    }

    private IActionResult Show(NotMeLook look)
    {
        Title = "Stop this change";
        if (look is NotMeLook.Asks(var kind, var at))
        {
            var change = kind switch
            {
                TicketKinds.NotMeReset => "a reset of your sign-in",
                TicketKinds.NotMeInvitation => "an invitation to your mail address",
                TicketKinds.NotMeWrongCodes => "somebody typing wrong codes after your password",
                TicketKinds.NotMePassword => "a new password",
                TicketKinds.NotMeRemoved => "the removal of an authenticator",
                TicketKinds.NotMeRecoveryCode => "the use of a recovery code",
                TicketKinds.NotMeRecoveryCodes => "a set of new recovery codes",
                TicketKinds.NotMeResetStopped => "the end of a reset of your sign-in",
                TicketKinds.NotMeAddress => "a new mail address",
                TicketKinds.NotMePass => "a pass to sign in without your phone",
                TicketKinds.NotMeRole => "a new role of your account",
                _ => "a new authenticator",
            };
            What = $"{change} on {Times.Moment(at)}";
            return Page();
        }

        Title = look is NotMeLook.Stopped ? "This change was stopped" : "This link is over";
        // Neither a whole link nor its cookie came: the address bar has lost the token, and the browser did not keep it.
        return Refused(look is NotMeLook.Unknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !Cookies.NotMe.Exists(HttpContext)
            ? Outcomes.CookieLost with { Status = StatusCodes.Status404NotFound }
            : Outcomes.For(look)!);
    }
}
