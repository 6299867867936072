namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>
/// A page that a link with a token opens. The token is moved into a cookie, and a redirect removes it from the address bar.
/// </summary>
/// <typeparam name="TState">The state of the link.</typeparam>
public abstract class LinkPage<TState> : SitePage
{
    protected abstract TokenCookie LinkCookie { get; }

    /// <summary>The page's address without the token.</summary>
    protected abstract string Address { get; }

    /// <summary>The token of the link that this browser opened.</summary>
    protected Token? Link => LinkCookie.Read(HttpContext);

    public async Task<IActionResult> OnGetAsync([FromRoute] string? token, CancellationToken cancellation)
    {
        var link = token is null ? Link : Token.Parse(token);
        var state = await FindAsync(link, cancellation);
        if (token is null || link is null || !IsKept(state))
        {
            return Show(state);
        }

        LinkCookie.Write(HttpContext, link);
        return LocalRedirect(Address);
    }

    protected abstract Task<TState> FindAsync(Token? link, CancellationToken cancellation);

    /// <summary>Whether a link in this state is kept in a cookie.</summary>
    protected abstract bool IsKept(TState state);

    protected abstract IActionResult Show(TState state);

    /// <summary>
    /// The page of a link that cannot be used. When neither a token in the address nor a cookie came, the browser did not keep the cookie.
    /// </summary>
    protected IActionResult Closed(bool isUnknown, Sentence why) => Refused(
        isUnknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !LinkCookie.Exists(HttpContext)
            ? CommonText.CookieLost(TextContext) with { Status = StatusCodes.Status404NotFound }
            : why);
}
