namespace TwoFactor.Commands;

using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Counts;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using TwoFactor.Web.Text.Authenticators;

/// <summary><c>audit …</c></summary>
internal static class AuditCommands
{
    public static Command Build() => new("audit", "The log that cannot be changed unseen: verify, export, prune")
    {
        Verify(),
        AuditRetentionCommands.Export(),
        AuditRetentionCommands.Prune(),
    };

    private static Command Verify()
    {
        var head = new Option<string[]>("--head")
        {
            Description = "NUMBER:MAC of an event that the chain must contain, as the log and the high-water file name it",
            Arity = new ArgumentArity(1, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        head.Validators.Add(result =>
        {
            if (HighWaterMark.Known.Parse(string.Join(' ', result.Tokens.Select(token => token.Value))) is null)
            {
                result.AddError("--head is a number and 64 hexadecimal digits: NUMBER:MAC.");
            }
        });
        var command = new Command(
            "verify", "Check the chain of events, the seals of all accounts and the counts of wrong codes") { head };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => VerifyAsync(
                parsed, services, parsed.GetValue(head) is { Length: > 0 } given
                    ? HighWaterMark.Known.Parse(string.Join(' ', given))
                    : null, token),
            cancellation));
        return command;
    }

    private static async Task<int> VerifyAsync(
        ParseResult parsed, IServiceProvider services, HighWaterMark.Known? head, CancellationToken cancellation)
    {
        await services.GetRequiredService<AuditSealer>().SealAsync(cancellation);
        var verdict = await services.GetRequiredService<AuditVerification>().VerifyAsync(head, null, cancellation);
        var misfits = await services.GetRequiredService<SealVerification>().FindAsync(cancellation);
        var alteredCheckpoints = !await services.GetRequiredService<GuardHistory>().HasRightCheckpointsAsync(cancellation);
        var alteredCounts = alteredCheckpoints ? [] : await AlteredCountsAsync(services, cancellation);
        var file = await DatabaseFindings.FindAsync(services, cancellation);
        if (verdict is AuditVerdict.Intact(var events, var unsealed, var removed)
            && misfits.Count == 0
            && alteredCounts.Count == 0
            && file.IsEmpty
            && !alteredCheckpoints)
        {
            var from = removed == 0 ? "" : $", from event {removed + 1} on";
            await Json.WriteAsync(
                parsed,
                new { Intact = true, Events = events, Unsealed = unsealed, Removed = removed },
                $"The chain is intact: {events} events{from}.");
            return 0;
        }

        var broken = verdict as AuditVerdict.Broken;
        List<string> what = broken is null ? [] : [Describe(broken)];
        what.AddRange(misfits.Select(SealText.For));
        what.AddRange(alteredCounts.Select(
            name => $"The wrong codes of {name} were written by somebody else: they are not what the events say."));
        if (alteredCheckpoints)
        {
            what.Add("The checkpoints were written by somebody else: what removed events said of the guards is not known any more.");
        }

        what.AddRange(file.Sentences);
        await Json.WriteAsync(
            parsed,
            new
            {
                Intact = false,
                broken?.Number,
                broken?.Event,
                broken?.What,
                AlteredAccounts = misfits.Select(
                    misfit => new { misfit.Account, UserName = misfit.Name, Parts = misfit.Parts.Select(part => part.ToToken()) }),
                AlteredCounts = alteredCounts,
                AlteredCheckpoints = alteredCheckpoints,
                file.Damages,
                file.WasSetupErased,
            },
            [.. what]);
        return 1;
    }

    internal static string Describe(AuditVerdict.Broken broken) =>
        $"The chain is broken at event {broken.Number?.ToString(CultureInfo.InvariantCulture) ?? "?"} "
            + $"({broken.Event?.ToString() ?? "no row"}): {broken.What}";

    private static async Task<IReadOnlyList<string>> AlteredCountsAsync(IServiceProvider services, CancellationToken cancellation) =>
        await NamesAsync(services, await services.GetRequiredService<GuardHistory>().FindAlteredAsync(cancellation), cancellation);

    private static async Task<IReadOnlyList<string>> NamesAsync(
        IServiceProvider services, IReadOnlyList<Guid> accounts, CancellationToken cancellation) =>
        await services.GetRequiredService<TwoFactorDb>().Set<Account>().AsNoTracking()
            .Where(account => accounts.Contains(account.Id)).OrderBy(account => account.UserName).Select(account => account.UserName)
            .ToListAsync(cancellation);
}
