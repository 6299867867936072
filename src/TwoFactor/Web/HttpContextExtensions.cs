namespace TwoFactor.Web;

using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What is known about a request.</summary>
internal static class HttpContextExtensions
{
    /// <summary>The session of whoever is signed in; null when nobody is.</summary>
    public static CurrentSession? CurrentSession(this HttpContext context) =>
        (context.Features.Get<SessionState>() as SessionState.Live)?.CurrentSession;

    /// <summary>The parked session of this browser, which waits for the password; null when there is none.</summary>
    public static CurrentSession? Parked(this HttpContext context) =>
        (context.Features.Get<SessionState>() as SessionState.Parked)?.CurrentSession;

    /// <summary>The ended session that this browser's cookie names; null when there is none.</summary>
    public static SessionState.Over? Over(this HttpContext context) => context.Features.Get<SessionState>() as SessionState.Over;

    /// <summary>
    /// The path to come back to: the page itself, without the handler that was posted to. Null when it is not a path of this server.
    /// </summary>
    public static string? ReturnPath(this HttpRequest request)
    {
        var query = request.Query.Where(pair => pair.Key is not "handler")
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        return ReturnUrl.Clean(request.Path + QueryString.Create(query));
    }

    /// <summary>Who acts and from where, for the audit.</summary>
    public static Actor Actor(this HttpContext context)
    {
        var account = context.CurrentSession()?.Account.Id;
        return Storage.Actor.Request(
            account is null ? ActorKind.Unknown : ActorKind.Owner,
            account,
            context.Request.Headers.UserAgent,
            context.Connection.RemoteIpAddress);
    }
}
