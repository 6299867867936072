namespace TwoFactor.Web;

using System.Data.Common;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Web.Requests;

/// <summary>
/// Saves a form while a code or the password is asked for, so that it comes back with what was typed. Secrets are never saved: they are
/// typed again.
/// </summary>
public static class FormSaving
{
    /// <summary>The fields that may be saved.</summary>
    private static readonly string[] Fields =
        ["username", "email", "second-email", "name", "label", "authenticator", "reason", "verified", "verified-note", "delivery", "groups",
            "enroll-by", "role"];

    /// <summary>
    /// Saves a form post that cannot be carried out now. Returns false when the request is no such post, or has no valid form token.
    /// </summary>
    public static async Task<bool> SaveAsync(HttpContext context, CurrentSession session)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
        {
            return false;
        }

        // A file must be chosen again, so an upload is not read here.
        if (IsUpload(context.Request))
        {
            return true;
        }

        // Without a valid form token a post changes nothing, not even a saved form.
        if (await FormReading.RefuseAsync(context.Request, mostFiles: 0) is not null
            || !await FormToken.IsOfAsync(context, session.Account.Id))
        {
            return false;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = form.Where(field => Fields.Contains(field.Key, StringComparer.Ordinal))
            .ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        if (typed.Count > 0 && await TryAsync(() => context.RequestServices.GetRequiredService<SavedForms>().KeepAsync(
            session.Session, context.Request.Path, typed, context.Actor(), context.RequestAborted)))
        {
            context.RequestServices.GetRequiredService<Cookies>().MarkSaved(context);
        }

        return true;
    }

    private static bool IsUpload(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Saving may fail: a full disk must not turn a question for the password into an error page.</summary>
    private static async Task<bool> TryAsync(Func<Task<bool>> keep)
    {
        try
        {
            return await keep();
        }
        catch (Exception exception) when (exception is DbException or BusyException)
        {
            return false;
        }
    }
}
