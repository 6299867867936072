namespace TwoFactor.Tests.Pages;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Tests.Harness;

/// <summary>One value that a page reads from a request.</summary>
/// <param name="Handler">The handler that alone reads it; null for all of the page.</param>
internal sealed record BoundValue(string Name, BindingSource? Source, string? Handler);

/// <summary>A page as the framework knows it: its address, its handlers, and what each of them reads.</summary>
internal sealed record PageModelInfo(string Route, IReadOnlyList<(string Method, string? Name)> Handlers, IReadOnlyList<BoundValue> Values)
{
    /// <summary>The names of the form of a handler.</summary>
    public IReadOnlyList<string> FieldsOf(string? handler) => [.. Values
        .Where(value => value.Source == BindingSource.Form && (value.Handler is null || value.Handler == handler))
        .Select(value => value.Name)];

    public static async Task<IReadOnlyList<PageModelInfo>> AllAsync(App app)
    {
        var loader = app.Services.GetRequiredService<PageLoader>();
        var pages = app.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items
            .OfType<PageActionDescriptor>().DistinctBy(page => page.RelativePath, StringComparer.Ordinal).ToList();
        var all = new List<PageModelInfo>();
        foreach (var page in pages)
        {
            all.Add(Of(page.AttributeRouteInfo!.Template!, await loader.LoadAsync(page, EndpointMetadataCollection.Empty)));
        }

        return all;
    }

    /// <remarks>The framework takes OnPageHandlerExecuting for a handler too.</remarks>
    private static bool IsHandler(HandlerMethodDescriptor handler) => handler.HttpMethod is "Get" or "Post";

    private static PageModelInfo Of(string route, CompiledPageActionDescriptor page) => new(
        route,
        [.. page.HandlerMethods.Where(IsHandler).Select(handler => (handler.HttpMethod, handler.Name))],
        [
            .. page.BoundProperties.Select(
                property => new BoundValue(
                    property.BindingInfo?.BinderModelName ?? property.Name, property.BindingInfo?.BindingSource, Handler: null)),
            .. page.HandlerMethods.Where(IsHandler).SelectMany(handler => handler.Parameters
                .Where(parameter => parameter.ParameterType != typeof(CancellationToken))
                .Select(parameter => new BoundValue(
                    parameter.BindingInfo?.BinderModelName ?? parameter.Name, parameter.BindingInfo?.BindingSource, handler.Name))),
        ]);
}
