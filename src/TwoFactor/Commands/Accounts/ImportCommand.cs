namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using System.Globalization;
using TwoFactor.Administration.Importing;
using TwoFactor.Storage;
using TwoFactor.Web.Text.Administration;

/// <summary><c>account import</c>: people from a CSV file, all of its lines or none when it says that it is done.</summary>
internal static class ImportCommand
{
    /// <summary>The number of accounts between two reports of progress.</summary>
    private const int Step = 500;

    public static Command Build()
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV with named columns: user_name, name, mail, groups, role, otpauth" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what it would do, and write nothing" };
        var command = new Command("import", "Bring people in from a file; it invites nobody") { file, dryRun };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            async (services, token) =>
            {
                if (await ReadAsync(parsed.GetRequiredValue(file), token) is not { } bytes)
                {
                    return await CommandHost.RefuseAsync(parsed, $"{parsed.GetRequiredValue(file).FullName} cannot be read.");
                }

                var import = services.GetRequiredService<PeopleImport>();
                var result = parsed.GetValue(dryRun)
                    ? new ImportResult(IsDone: false, await import.PreviewAsync(agent: null, bytes, token))
                    : await import.ImportAsync(agent: null, bytes, digest: null, Actor.Console, Progress(parsed), token);
                return await AnswerAsync(parsed, result, parsed.GetValue(dryRun));
            },
            cancellation));
        return command;
    }

    private static async Task<byte[]?> ReadAsync(FileInfo file, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(file.FullName, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Says each number once: the last step of an import writes no account.</summary>
    private static Action<int> Progress(ParseResult parsed)
    {
        var said = 0;
        return done =>
        {
            if (done > said && done % Step == 0)
            {
                said = done;
                parsed.InvocationConfiguration.Error.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{done:N0} written, not done yet"));
            }
        };
    }

    private static async Task<int> AnswerAsync(ParseResult parsed, ImportResult result, bool isDry)
    {
        var plan = result.Plan;
        var shown = plan.Lines.Where(
            line => line.Kind is ImportKind.Bad or ImportKind.Changed || (line.Kind == ImportKind.New && line.NeedsReview)).ToList();
        var end = (plan.Bad, isDry) switch
        {
            _ when result.Undone is { } undone => $"Undone. {ImportText.UndoneBecause(undone)}",
            ( > 0, _) => "Nothing was written. Correct the file, and import it again.",
            (_, true) => "Nothing was written: this was a dry run.",
            _ => "Imported. To invite who is new: account invite --never-invited",
        };
        await Json.WriteAsync(
            parsed,
            new
            {
                Imported = result.IsDone,
                Undone = result.Undone is not null,
                plan.New,
                plan.Changed,
                plan.Same,
                plan.Bad,
                Lines = shown.Select(
                    line => new { Line = line.Number, line.UserName, Kind = line.Kind.ToString().ToLowerInvariant(), line.What }),
            },
            [
                .. shown.Select(line => string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {line.Number}{(line.UserName.Length > 0 ? " " + line.UserName : "")}: {string.Join(" ", line.What)}")),
                string.Create(CultureInfo.InvariantCulture, $"{plan.New} new, {plan.Changed} changed, {plan.Same} same, {plan.Bad} bad."),
                end,
            ]);
        return plan.Bad > 0 || result.Undone is not null ? 1 : 0;
    }
}
