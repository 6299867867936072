namespace TwoFactor.Hosting.Pipeline;

using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using TwoFactor.Hosting.Startup;
using TwoFactor.Mail;
using TwoFactor.Pages.Requests;
using TwoFactor.Web;

/// <summary>
/// Configures Razor Pages: who may open which folder, addresses in lower case, and one antiforgery check that answers with a readable page.
/// </summary>
internal static partial class PagesSetup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(options =>
        {
            var conventions = options.Conventions;
            conventions.AuthorizePage("/Index");
            conventions.AuthorizePage("/Proof");
            conventions.AuthorizeFolder("/Account");
            conventions.AuthorizePage("/Enroll/RecoveryCodes");
            conventions.AuthorizeAdministration();
            conventions.Add(new PageRouteTransformerConvention(new Hyphens()));
            conventions.Add(new OneAddressPerPage());
            conventions.AddFolderApplicationModelConvention("/", CopyMarkersToEndpoint);
            conventions.AddFolderApplicationModelConvention("/", ExactNames.BindFromOnePlace);
            // AntiforgeryCheck does it: the framework's filter answers with an empty page.
            conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute());
        }).AddMvcOptions(options =>
        {
            ExactNames.Use(options);
            options.Filters.Add<GiveSiteContext>();
            options.Filters.Add<AntiforgeryCheck>();
            options.Filters.Add<RepairCheck>();
        });
        services.Configure<RouteOptions>(options => options.LowercaseUrls = true);
        services.AddScoped<StartupMessages>().AddScoped<SavedFormBinder>().AddScoped<SiteContext>();
        services.AddAntiforgery();
        services.AddOptions<Microsoft.AspNetCore.Antiforgery.AntiforgeryOptions>()
            .Configure<Cookies, PublicUrl>((options, cookies, publicUrl) =>
        {
            options.Cookie.Name = cookies.AntiforgeryName;
            options.Cookie.Path = "/";
            // Lax, so that a page opened from a mail keeps the cookie of the tab beside it.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = publicUrl.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            options.FormFieldName = "form-token";
            options.HeaderName = null;
            options.SuppressXFrameOptionsHeader = true;
        });
    }

    /// <summary>Copies a page's attributes to its endpoint, where the pipeline reads them.</summary>
    private static void CopyMarkersToEndpoint(PageApplicationModel page)
    {
        foreach (var mark in page.HandlerTypeAttributes.Where(mark => mark is TakesFileAttribute or MachineEndpointAttribute))
        {
            page.EndpointMetadata.Add(mark);
        }
    }

    /// <summary>Maps /SignIn/CancelReset to /sign-in/cancel-reset.</summary>
    private sealed partial class Hyphens : IOutboundParameterTransformer
    {
        public string? TransformOutbound(object? value) => value is string name ? WordStart().Replace(name, "-").ToLowerInvariant() : null;

        [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex WordStart();
    }

    /// <summary>Keeps /sign-in and removes /sign-in/index.</summary>
    private sealed class OneAddressPerPage : IPageRouteModelConvention
    {
        public void Apply(PageRouteModel model)
        {
            foreach (var twin in model.Selectors
                .Where(selector => selector.AttributeRouteModel?.Template?.EndsWith("Index", StringComparison.OrdinalIgnoreCase) == true)
                .ToList())
            {
                model.Selectors.Remove(twin);
            }
        }
    }
}
