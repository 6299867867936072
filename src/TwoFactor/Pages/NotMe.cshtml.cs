namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class NotMeModel(NotMe notMe) : LinkPage<NotMeState>
{
    /// <summary>"a reset of your sign-in on 24 November 2026, 10:02 UTC"; null when the link is not valid.</summary>
    public string? What { get; private set; }

    public override bool ShowsOnlyProblem => What is null;

    public override bool MentionsSupport => What is not null || base.MentionsSupport;

    protected override TokenCookie LinkCookie => Cookies.NotMe;

    protected override string Address => "/not-me";

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var link = Link;
        await notMe.StopAsync(link, HttpContext.Actor(), cancellation);
        return Show(await notMe.FindAsync(link, cancellation));
    }

    protected override Task<NotMeState> FindAsync(Token? link, CancellationToken cancellation) => notMe.FindAsync(link, cancellation);

    protected override bool IsKept(NotMeState state) => state is not NotMeState.Unknown;

    protected override IActionResult Show(NotMeState state)
    {
        Title = "Stop this change";
        if (state is NotMeState.Asks(var change, var at))
        {
            What = $"{change} on {Times.Moment(at)}";
            return Page();
        }

        Title = state is NotMeState.Stopped ? "This change was stopped" : "This link is over";
        return Closed(state is NotMeState.Unknown, NotMeText.For(state, TextContext));
    }
}
