namespace TwoFactor.Web;

using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using TwoFactor.Accounts;
using TwoFactor.Sessions;
using TwoFactor.Sessions.Store;
using TwoFactor.Storage;

/// <summary>
/// Authenticates a request by its session, which is read from the database each time. Only the session cookie counts: no header signs
/// anybody in.
/// </summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionStore sessions, Cookies cookies)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // The failure may be the database's: the error page must not read it again.
        if (Context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return AuthenticateResult.NoResult();
        }

        var state = await sessions.FindAsync(cookies.Session.Read(Context), Context.RequestAborted);
        Context.Features.Set(state);
        if (state is not SessionState.Live(var currentSession))
        {
            return AuthenticateResult.NoResult();
        }

        await TouchAsync(currentSession);
        var claims = new List<Claim> { new(ClaimTypes.NameIdentifier, currentSession.Account.Id.ToString()) };
        if (currentSession is { IsRepair: false, NeedsCode: false })
        {
            // A session that only repairs, or that needs a code first, has no role: it opens no page that asks for one.
            claims.Add(new Claim(ClaimTypes.Role, currentSession.Account.Role.ToToken()));
        }

        return AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }

    /// <summary>Failing to record the last use, for example on a full disk, must not keep people from reading pages.</summary>
    private async Task TouchAsync(CurrentSession currentSession)
    {
        try
        {
            await sessions.TouchAsync(currentSession, Context.Actor(), Context.RequestAborted);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or BusyException)
        {
            Logger.LastUseNotNoted(exception);
        }
    }

    /// <summary>
    /// Sends a request without a session to the sign-in, with the path to return to. A form of a parked session is saved.
    /// </summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isPage = HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);
        if (Context.Parked() is { } parked)
        {
            isPage |= await FormSaving.SaveAsync(Context, parked);
        }

        var back = isPage && Request.ReturnPath() is { } path and not "/" ? $"?returnUrl={Uri.EscapeDataString(path)}" : "";
        Response.Redirect("/sign-in" + back);
    }

    /// <summary>
    /// Answers 404 at an address that the role may not open. Somebody whose session needs a code for the admin pages is asked for one.
    /// </summary>
    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Context.CurrentSession() is not { NeedsCode: true, IsRepair: false, Account.Role: > Role.User } me)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await FormSaving.SaveAsync(Context, me);
        Response.Redirect($"/proof?for=admin&returnUrl={Uri.EscapeDataString(Request.ReturnPath() ?? "/admin")}");
    }
}
