namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Lists;
using TwoFactor.Web.Text;

/// <summary>The filtered list of accounts, as a CSV file.</summary>
public sealed class AccountsCsvModel(Groups groups, PeopleExport export) : SitePage
{
    [BindProperty(SupportsGet = true, Name = "search")]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true, Name = "show")]
    public string? Show { get; set; }

    [BindProperty(SupportsGet = true, Name = "group")]
    public string? Group { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        var shown = States.ParseListing(Show);
        if (Show is { Length: > 0 } && shown is null)
        {
            return NotFound();
        }

        var group = string.IsNullOrWhiteSpace(Group) ? null : await groups.FindAsync(Group, cancellation) ?? Group;
        Response.ContentType = "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = "attachment; filename=accounts.csv";
        await export.WriteAsync(new PeopleFilter(Search, shown, group), States.Slug, Response.Body, cancellation);
        return new EmptyResult();
    }
}
