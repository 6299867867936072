namespace TwoFactor.Pages.Admin;

using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Storage;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>The filtered events as a CSV file: all of them, or a page that says why not. Each download is recorded.</summary>
public sealed class AuditCsvModel(
    AuditQueries audit, People people, ExportRecords records, AuditLimits limits, TimeProvider time) : AuditFilterPage(people, audit)
{
    private readonly AuditQueries audit = audit;
    private readonly People people = people;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await ReadFilterAsync(cancellation) is { } refusal)
        {
            return refusal;
        }

        var count = await audit.CountAsync(Filter, limits.CsvRows, cancellation);
        if (count > limits.CsvRows)
        {
            return Refused(AuditFilterText.TooManyEvents(limits.CsvRows));
        }

        // The newest are read before the event of this download is written, which is therefore not among them.
        await using var chunks = audit.AllAsync(Filter, cancellation).GetAsyncEnumerator(cancellation);
        var hasMore = await chunks.MoveNextAsync();
        // With HEAD nothing leaves.
        if (!HttpMethods.IsHead(Request.Method)
            && !await records.RecordAsync(Me!, AuditKinds.AuditExported, count, FilterWords, HttpContext.Actor(), cancellation))
        {
            return NotFound();
        }

        var name = time.GetUtcNow().ToString("'audit-'yyyy-MM-dd'.csv'", CultureInfo.InvariantCulture);
        Response.ContentType = "text/csv; charset=utf-8; header=present";
        Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await WriteAsync(
            Csv.Line("time", "event", "kind", "account", "by", "agent", "address", "browser", "remark", "detail"), cancellation);
        for (; hasMore; hasMore = await chunks.MoveNextAsync())
        {
            var rows = chunks.Current;
            var ids = rows.SelectMany(row => new[] { row.Account, row.Actor }).OfType<Guid>().ToHashSet();
            var names = await people.UserNamesAsync(ids, cancellation);
            var lines = new StringBuilder();
            foreach (var row in rows)
            {
                lines.Append(Line(row, names));
            }

            await WriteAsync(lines.ToString(), cancellation);
        }

        return new EmptyResult();
    }

    private static string Line(AuditRow row, IReadOnlyDictionary<Guid, string> names) => Csv.Line(
        Times.Iso(row.At.ToDateTimeOffset()),
        AuditText.For(row.Kind),
        row.Kind,
        Who(row.Account, names),
        row.By.ToString().ToLowerInvariant(),
        Who(row.Actor, names),
        row.Address?.ToString(),
        row.Browser == Browser.Unknown && row.Platform == OperatingPlatform.Unknown ? null : UserAgent.Describe(row.Browser, row.Platform),
        AuditText.Remark(row.Kind, row.Number),
        row.Detail);

    /// <summary>A deleted account is shown by its id, so that it can still be told from others.</summary>
    private static string? Who(Guid? account, IReadOnlyDictionary<Guid, string> names) =>
        account is { } id ? names.GetValueOrDefault(id, id.ToString()) : null;

    private Task WriteAsync(string lines, CancellationToken cancellation) => Response.WriteAsync(lines, cancellation);
}
