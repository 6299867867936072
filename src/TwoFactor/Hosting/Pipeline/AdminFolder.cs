namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using TwoFactor.Web;

/// <summary>
/// Admin pages are open to admins only. The help desk may open those that are named here, so a new page is closed to it until somebody
/// decides otherwise.
/// </summary>
internal static class AdminFolder
{
    private const string Folder = "/Admin";

    /// <summary>The pages that the help desk may open. What it may see and do there is decided below the page.</summary>
    private static readonly string[] OpenToHelpdesk =
    [
        "/Admin/Index",
        "/Admin/Accounts/Index", "/Admin/AccountsCsv", "/Admin/Accounts/Detail", "/Admin/Accounts/Reset", "/Admin/Accounts/Pass",
        "/Admin/Resets/Index", "/Admin/Resets/Detail",
        "/Admin/Audit", "/Admin/AuditCsv",
    ];

    public static void AuthorizeAdministration(this PageConventionCollection conventions) =>
        conventions.AddFolderApplicationModelConvention(
            Folder, page => page.EndpointMetadata.Add(new AuthorizeAttribute(PolicyFor(page.ViewEnginePath))));

    private static string PolicyFor(string page) =>
        OpenToHelpdesk.Contains(page, StringComparer.Ordinal) ? Policies.Helpdesk : Policies.Admin;
}
