namespace TwoFactor.Hosting.Pipeline;

using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using TwoFactor.Hosting.Startup;
using TwoFactor.Mail;
using TwoFactor.Pages.Requests;
using TwoFactor.Web;

/// <summary>Razor Pages: who may open which folder, addresses in lower case, one antiforgery check that answers kindly.</summary>
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
            conventions.Add(new OneAddressAPage());
            conventions.AddFolderApplicationModelConvention("/", ShowMarks);
            // Our own check does it: the framework's answers with an empty page.
            conventions.ConfigureFilter(new IgnoreAntiforgeryTokenAttribute());
        }).AddMvcOptions(options =>
        {
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

    /// <summary>What a page says of itself stands on its endpoint, where the pipeline reads it.</summary>
    private static void ShowMarks(PageApplicationModel page)
    {
        foreach (var mark in page.HandlerTypeAttributes.Where(mark => mark is TakesFileAttribute or MachineEndpointAttribute))
        {
            page.EndpointMetadata.Add(mark);
        }
    }

    /// <summary>/SignIn/CancelReset is /sign-in/cancel-reset.</summary>
    private sealed partial class Hyphens : IOutboundParameterTransformer
    {
        public string? TransformOutbound(object? value) => value is string name ? WordStart().Replace(name, "-").ToLowerInvariant() : null;

        [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex WordStart();
    }

    /// <summary>/sign-in and not also /sign-in/index.</summary>
    private sealed class OneAddressAPage : IPageRouteModelConvention
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
