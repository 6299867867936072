namespace TwoFactor.Web;

using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>What a request says of itself.</summary>
internal static class HttpContextExtensions
{
    /// <summary>Who is signed in; null: nobody.</summary>
    public static CurrentSession? CurrentSession(this HttpContext context) =>
        (context.Features.Get<SessionState>() as SessionState.Live)?.CurrentSession;

    /// <summary>Whose session waits for the password in this browser; null: nobody's.</summary>
    public static CurrentSession? Parked(this HttpContext context) =>
        (context.Features.Get<SessionState>() as SessionState.Parked)?.CurrentSession;

    /// <summary>What this browser's cookie led to before it ended; null: nothing, or it lives.</summary>
    public static SessionState.Over? Over(this HttpContext context) => context.Features.Get<SessionState>() as SessionState.Over;

    /// <summary>Where to come back to: the page itself, whatever was pressed on it. Null: a path that is not ours to lead to.</summary>
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
