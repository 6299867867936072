namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class NotMeModel(NotMe notMe) : SitePage
{
    /// <summary>"a reset of your sign-in on 24 November 2026, 10:02 UTC"; null: the link opens nothing.</summary>
    public string? What { get; private set; }

    public override bool ShowsOnlyProblem => What is null;

    public override bool MentionsSupport => What is not null || base.MentionsSupport;

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Cookies.NotMe.Read(HttpContext) : Token.Parse(token);
        var state = await notMe.FindAsync(link, cancellation);
        if (token is not null && link is not null && state is not NotMeState.Unknown)
        {
            Cookies.NotMe.Write(HttpContext, link);
            return LocalRedirect("/not-me");
        }

        return Show(state);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Cookies.NotMe.Read(HttpContext);
        await notMe.StopAsync(link, HttpContext.Actor(), cancellation);
        return Show(await notMe.FindAsync(link, cancellation));
    }

    private IActionResult Show(NotMeState state)
    {
        Title = "Stop this change";
        if (state is NotMeState.Asks(var change, var at))
        {
            What = $"{change} on {Times.Moment(at)}";
            return Page();
        }

        Title = state is NotMeState.Stopped ? "This change was stopped" : "This link is over";
        // Neither a whole link nor its cookie came: the address bar has lost the token, and the browser did not keep it.
        return Refused(state is NotMeState.Unknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !Cookies.NotMe.Exists(HttpContext)
            ? CommonText.CookieLost(TextContext) with { Status = StatusCodes.Status404NotFound }
            : NotMeText.For(state, TextContext));
    }
}
