namespace TwoFactor.Commands;

using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Storage;
using TwoFactor.Web.Text;

/// <summary><c>audit export</c> and <c>audit prune</c>: a signed copy of the log, and the removal of its oldest events.</summary>
internal static class AuditRetentionCommands
{
    public static Command Export()
    {
        var to = new Option<string>("--to") { Description = "The file; its signature gets .sig at the end", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace files of these names" };
        var command = new Command(
            "export", "Write every event to a file, one a line as JSON, and a signature that anybody can check") { to, force };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed, (services, token) => ExportAsync(parsed, services, parsed.GetRequiredValue(to), parsed.GetValue(force), token),
            cancellation));
        return command;
    }

    public static Command Prune()
    {
        var before = new Option<string>("--before")
        {
            Description = "A day like 2026-11-24, at least 90 days ago: older events go",
            Required = true,
        };
        before.Validators.Add(result =>
        {
            if (Day(result.Tokens.SingleOrDefault()?.Value) is null)
            {
                result.AddError("--before is a day like 2026-11-24.");
            }
        });
        var yes = new Option<bool>("--yes") { Description = "Do it; without this it only says how many would go" };
        var command = new Command("prune", "Remove the oldest events for good; what stays can be verified as before") { before, yes };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed, (services, token) =>
                PruneAsync(parsed, services, Day(parsed.GetRequiredValue(before))!.Value, parsed.GetValue(yes), token), cancellation));
        return command;
    }

    private static DateTimeOffset? Day(string? typed) =>
        Times.ParseDay(typed) is { } day ? UnixTime.Of(day).ToDateTimeOffset() : null;

    private static async Task<int> ExportAsync(
        ParseResult parsed, IServiceProvider services, string to, bool force, CancellationToken cancellation)
    {
        await services.GetRequiredService<AuditSealer>().SealAsync(cancellation);
        var names = await services.GetRequiredService<TwoFactorDb>().Set<Account>().AsNoTracking()
            .ToDictionaryAsync(account => account.Id, account => account.UserName, cancellation);
        switch (await services.GetRequiredService<AuditExport>().WriteAsync(to, names, force, cancellation))
        {
            case ExportOutcome.Written(var file, var signature, var kid, var first, var last):
                var events = last - first + 1;
                await services.GetRequiredService<ExportRecords>().RecordAsync(
                    agent: null, AuditKinds.AuditExported, events, Path.GetFileName(file), Actor.Console, cancellation);
                await Json.WriteAsync(
                    parsed,
                    new { File = file, Signature = signature, Kid = kid, First = first, Last = last, Events = events },
                    $"{events} events, {first} to {last}, are in {file}",
                    $"Its signature is in {signature}, by the key {kid}. How to check it: docs/audit.md");
                return 0;
            case ExportOutcome.Exists(var there):
                return await CommandHost.RefuseAsync(parsed, $"{there} is there already. Choose another name, or add --force.");
            case ExportOutcome.Broken(var verdict):
                return await CommandHost.RefuseAsync(parsed, $"{AuditCommands.Describe(verdict)} Nothing was written: what is not "
                    + "whole is not signed. Keep a copy of the database.");
            case var other:
                throw new InvalidOperationException($"{other} is no answer.");
        }
    }

    private static async Task<int> PruneAsync(
        ParseResult parsed, IServiceProvider services, DateTimeOffset before, bool yes, CancellationToken cancellation)
    {
        var latest = services.GetRequiredService<AuditRetention>().Latest;
        if (before > latest)
        {
            var day = latest.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return await CommandHost.RefuseAsync(
                parsed, $"Events are kept for at least 90 days: the latest --before is {day}. Nothing was removed.");
        }

        await services.GetRequiredService<AuditSealer>().SealAsync(cancellation);
        if (!yes)
        {
            var filter = new AuditFilter(Until: UnixTime.Of(before));
            var count = await services.GetRequiredService<AuditQueries>().CountAsync(filter, int.MaxValue - 1, cancellation);
            return await CommandHost.RefuseAsync(parsed, $"{count} events are older. Nothing was removed. To remove them for good, add "
                + "--yes; to keep a copy, run first: audit export");
        }

        var result = await services.GetRequiredService<AuditRetention>().PruneAsync(before, Actor.Console, cancellation);
        if (result.Broken is { } broken)
        {
            return await CommandHost.RefuseAsync(parsed, $"{broken} Nothing was removed. Run: audit verify");
        }

        await Json.WriteAsync(
            parsed,
            new { result.Removed, FirstKept = result.Last + 1 },
            $"{result.Removed} events were removed. The chain begins at event {result.Last + 1}.");
        return 0;
    }
}
