namespace TwoFactor.Pages.Requests;

using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using TwoFactor.Sessions;

/// <summary>Fills a page with a form that was saved while a code or the password was asked for.</summary>
public sealed class SavedFormBinder(SavedForms forms)
{
    /// <summary>Fills a page's properties with the saved form. Returns false when there is none.</summary>
    internal async Task<bool> FillAsync(SitePage page)
    {
        var context = page.HttpContext;
        if (page.Me is not { } me || page is ErrorModel || !HttpMethods.IsGet(context.Request.Method))
        {
            return false;
        }

        var typed = await forms.ReadAsync(me.Session, context.Request.Path, context.RequestAborted);
        var bound = page.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Property: property, property.GetCustomAttribute<BindPropertyAttribute>()?.Name))
            .Where(pair => pair.Name is not null && pair.Property.PropertyType == typeof(string) && typed.ContainsKey(pair.Name)).ToList();
        bound.ForEach(pair => pair.Property.SetValue(page, typed[pair.Name!]));
        return bound.Count > 0;
    }
}
