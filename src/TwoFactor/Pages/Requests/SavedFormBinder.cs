namespace TwoFactor.Pages.Requests;

using System.Data.Common;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;
using TwoFactor.Web;
using TwoFactor.Storage;

/// <summary>A form that a code or the password stood in the way of comes back with what was typed. What is secret is never kept: it is typed again.</summary>
public static class SavedFormBinder
{
    /// <summary>The fields that may be kept.</summary>
    private static readonly string[] Fields =
        ["username", "email", "second-email", "name", "label", "authenticator", "reason", "verified", "verified-note", "delivery", "groups", "enroll-by", "role"];

    /// <summary>Keeps the post that cannot be carried out now. False: it is none, or none that can be kept.</summary>
    public static async Task<bool> SaveAsync(HttpContext context, CurrentSession session)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
        {
            return false;
        }

        // A file is chosen again: nothing of it is read here.
        if (IsUpload(context.Request))
        {
            return true;
        }

        // As everywhere: without its token a post changes nothing, not even what is kept.
        if (!await AntiforgeryCheck.IsOfAsync(context, session.Account.Id))
        {
            return false;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = form.Where(field => Fields.Contains(field.Key, StringComparer.Ordinal)).ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        if (typed.Count > 0 && await TryAsync(() => Forms(context).KeepAsync(session.Session, context.Request.Path, typed, context.Actor(), context.RequestAborted)))
        {
            context.RequestServices.GetRequiredService<Cookies>().MarkSaved(context);
        }

        return true;
    }

    private static bool IsUpload(HttpRequest request) => request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>A full disk must not turn a question for the password into a failure.</summary>
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

    /// <summary>Fills a page's properties with what was typed on it, once. False: there is nothing.</summary>
    internal static async Task<bool> FillAsync(SitePage page)
    {
        var context = page.HttpContext;
        if (page.Me is not { } me || page is ErrorModel || !HttpMethods.IsGet(context.Request.Method))
        {
            return false;
        }

        var typed = await Forms(context).ReadAsync(me.Session, context.Request.Path, context.RequestAborted);
        var bound = page.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, property.GetCustomAttribute<BindPropertyAttribute>()?.Name))
            .Where(pair => pair.Name is not null && pair.Property.PropertyType == typeof(string) && typed.ContainsKey(pair.Name)).ToList();
        bound.ForEach(pair => pair.Property.SetValue(page, typed[pair.Name!]));
        return bound.Count > 0;
    }

    private static SavedForms Forms(HttpContext context) => context.RequestServices.GetRequiredService<SavedForms>();
}
