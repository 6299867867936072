namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Web;
using TwoFactor.Web.Text;

/// <summary>The filtered list of accounts, as a CSV file. Each download is recorded.</summary>
public sealed class AccountsCsvModel(Groups groups, People people, PeopleExport export, ExportRecords records) : PeopleFilterPage(groups)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await FilterAsync(cancellation) is not { } filter)
        {
            return NotFound();
        }

        var what = string.Join("; ", new[] { Show, Search, filter.Group }.Where(part => !string.IsNullOrWhiteSpace(part)));
        var count = await people.CountAsync(filter, cancellation);
        // With HEAD nothing leaves.
        if (!HttpMethods.IsHead(Request.Method)
            && !await records.RecordAsync(Me!, AuditKinds.AccountsExported, count, what, HttpContext.Actor(), cancellation))
        {
            return NotFound();
        }

        Response.ContentType = "text/csv; charset=utf-8";
        Response.Headers.ContentDisposition = "attachment; filename=accounts.csv";
        await export.WriteAsync(filter, States.Slug, Response.Body, cancellation);
        return new EmptyResult();
    }
}
