namespace TwoFactor.Pages.Requests;

using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Primitives;

/// <summary>
/// A page reads each value from one place, the form or the address, and by its exact name. The framework would read a code from the
/// address too, and <c>Code</c> or <c>code[]</c> for <c>code</c>.
/// </summary>
internal static class ExactNames
{
    /// <summary>Replaces what the framework reads values by. Values of the route stay as they are: the program itself names them.</summary>
    public static void Use(MvcOptions options)
    {
        options.ValueProviderFactories.Clear();
        options.ValueProviderFactories.Add(new FormValues());
        options.ValueProviderFactories.Add(new RouteValueProviderFactory());
        options.ValueProviderFactories.Add(new QueryValues());
    }

    /// <summary>A property that a GET binds stands in the address, of a POST too; every other one in the form.</summary>
    public static void BindFromOnePlace(PageApplicationModel page)
    {
        foreach (var property in page.HandlerProperties)
        {
            if (property.Attributes.OfType<BindPropertyAttribute>().SingleOrDefault() is { } bound)
            {
                property.BindingInfo!.BindingSource = bound.SupportsGet ? BindingSource.Query : BindingSource.Form;
            }
        }
    }

    /// <summary>Whether the values have one of exactly this name.</summary>
    public static bool Has(IEnumerable<KeyValuePair<string, StringValues>> values, string name) =>
        values.Any(value => string.Equals(value.Key, name, StringComparison.Ordinal));

    private sealed class FormValues : IValueProviderFactory
    {
        public async Task CreateValueProviderAsync(ValueProviderFactoryContext context)
        {
            var request = context.ActionContext.HttpContext.Request;
            if (HttpMethods.IsPost(request.Method) && request.HasFormContentType)
            {
                context.ValueProviders.Add(
                    new Values(BindingSource.Form, await request.ReadFormAsync(request.HttpContext.RequestAborted)));
            }
        }
    }

    private sealed class QueryValues : IValueProviderFactory
    {
        public Task CreateValueProviderAsync(ValueProviderFactoryContext context)
        {
            context.ValueProviders.Add(new Values(BindingSource.Query, context.ActionContext.HttpContext.Request.Query));
            return Task.CompletedTask;
        }
    }

    private sealed class Values(BindingSource source, IEnumerable<KeyValuePair<string, StringValues>> values)
        : BindingSourceValueProvider(source)
    {
        public override bool ContainsPrefix(string prefix) => Has(values, prefix);

        public override ValueProviderResult GetValue(string key) => Has(values, key)
            ? new ValueProviderResult(
                values.First(value => string.Equals(value.Key, key, StringComparison.Ordinal)).Value, CultureInfo.InvariantCulture)
            : ValueProviderResult.None;
    }
}
