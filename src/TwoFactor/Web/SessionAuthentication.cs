namespace TwoFactor.Web;

using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;
using TwoFactor.Accounts;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Who asks, read from the database for every request. Only the session cookie is looked at: no header signs anybody in.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionStore sessions, Cookies cookies)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What went wrong may be the database: the page that says so must not ask it again.
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
            // A session that only repairs, or was idle for too long, has no role: it opens no page that asks for one.
            claims.Add(new Claim(ClaimTypes.Role, currentSession.Account.Role.ToToken()));
        }

        return AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }

    /// <summary>A full disk must not take away what people can still read.</summary>
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

    /// <summary>Not signed in: to the sign-in, with the way back. What a parked session was typing is kept.</summary>
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
    /// An address that the role does not have answers as a missing one. Who left the pages of administration alone for too long
    /// confirms with a code.
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
