namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Lists;
using TwoFactor.Web.Text;

/// <summary>The filtered list of accounts, as a CSV file.</summary>
public sealed class AccountsCsvModel(Groups groups, PeopleExport export) : PeopleFilterPage(groups)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await FilterAsync(cancellation) is not { } filter)
        {
            return NotFound();
        }

        Response.ContentType = "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = "attachment; filename=accounts.csv";
        await export.WriteAsync(filter, States.Slug, Response.Body, cancellation);
        return new EmptyResult();
    }
}
