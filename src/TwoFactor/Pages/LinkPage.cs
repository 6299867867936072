namespace TwoFactor.Pages;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Keys;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>
/// A page that a link with a token opens. The token goes into a cookie by a redirect to the address without it, so that it leaves the
/// address bar.
/// </summary>
/// <typeparam name="TState">What the link leads to.</typeparam>
public abstract class LinkPage<TState> : SitePage
{
    protected abstract TokenCookie LinkCookie { get; }

    /// <summary>The page's address without the token.</summary>
    protected abstract string Address { get; }

    /// <summary>The link that this browser came with.</summary>
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

    /// <summary>Whether a link that leads to this is worth a cookie.</summary>
    protected abstract bool IsKept(TState state);

    protected abstract IActionResult Show(TState state);

    /// <summary>
    /// Why there is nothing to open. Where neither a whole link nor its cookie came, the address bar has lost the token, and the
    /// browser did not keep it.
    /// </summary>
    protected IActionResult Closed(bool isUnknown, Sentence why) => Refused(
        isUnknown && !HttpContext.Request.RouteValues.ContainsKey("token") && !LinkCookie.Exists(HttpContext)
            ? CommonText.CookieLost(TextContext) with { Status = StatusCodes.Status404NotFound }
            : why);
}
