namespace TwoFactor.Tests.Hosting;

using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A page of administration that nobody thought about is closed to the help desk.</summary>
public sealed class AdminFolderTests : IDisposable
{
    private readonly App app = new();

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData("/Admin/Planted", "admin")]
    [InlineData("/Admin/Accounts/Planted", "admin")]
    [InlineData("/Admin/Accounts", "admin")]
    [InlineData("/Admin/Index", "helpdesk")]
    public void A_new_page_is_an_admin_s_until_it_is_named(string path, string policy) =>
        Assert.Equal([policy], PoliciesOf(path), StringComparer.Ordinal);

    [Fact]
    public void Outside_administration_nothing_asks_for_a_role() =>
        Assert.All(["/Help", "/Administrators"], page => Assert.Empty(PoliciesOf(page)));

    [Fact]
    public async Task Every_page_of_administration_asks_for_one_role()
    {
        var loader = app.Services.GetRequiredService<PageLoader>();
        var roles = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith("admin", StringComparison.Ordinal) is true))
        {
            var page = await loader.LoadAsync(endpoint.Metadata.GetRequiredMetadata<PageActionDescriptor>(), endpoint.Metadata);
            roles[endpoint.RoutePattern.RawText!] = Roles(page.EndpointMetadata!.OfType<IAuthorizeData>());
        }

        Assert.All(roles, page => Assert.Single(page.Value));
        var open = roles.Where(page => page.Value is ["helpdesk"]).Select(page => page.Key);
        Assert.Equal(
            [
                "admin", "admin/accounts", "admin/accounts.csv", "admin/accounts/{id:guid}", "admin/accounts/{id:guid}/pass",
                "admin/accounts/{id:guid}/reset",
                "admin/audit", "admin/audit.csv", "admin/resets", "admin/resets/{id:guid}",
            ],
            open.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    /// <summary>What the program's own conventions ask of a page at this place.</summary>
    private List<string> PoliciesOf(string path)
    {
        var page = new PageApplicationModel(
            new PageActionDescriptor { ViewEnginePath = path, RelativePath = $"/Pages{path}.cshtml" }, typeof(object).GetTypeInfo(), []);
        var conventions = app.Services.GetRequiredService<IOptions<RazorPagesOptions>>().Value.Conventions;
        foreach (var convention in conventions.OfType<IPageApplicationModelConvention>())
        {
            convention.Apply(page);
        }

        return Roles(page.EndpointMetadata.OfType<IAuthorizeData>());
    }

    private static List<string> Roles(IEnumerable<IAuthorizeData> asked) => [.. asked.Select(data => data.Policy).OfType<string>()];
}
