namespace TwoFactor.Commands;

using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary><c>audit …</c></summary>
internal static class AuditCommands
{
    public static Command Build()
    {
        var verify = new Command("verify", "Check the chain of events, the counts of wrong codes and the seals of roles");
        verify.SetAction((parsed, cancellation) => Desk.RunAsync(parsed, (services, token) => VerifyAsync(parsed, services, token), cancellation));
        return new Command("audit", "The log that cannot be changed unseen") { verify };
    }

    private static async Task<int> VerifyAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        await services.GetRequiredService<AuditSealer>().SealAsync(cancellation);
        var verdict = await services.GetRequiredService<AuditVerification>().VerifyAsync(cancellation);
        var unsealedRoles = await UnsealedRolesAsync(services, cancellation);
        var alteredGuards = await AlteredGuardsAsync(services, cancellation);
        if (verdict is AuditVerdict.Intact(var events, var unsealed) && unsealedRoles.Count == 0 && alteredGuards.Count == 0)
        {
            await Json.WriteAsync(parsed, new { Intact = true, Events = events, Unsealed = unsealed }, $"The chain is intact: {events} events.");
            return 0;
        }

        var broken = verdict as AuditVerdict.Broken;
        var what = new List<string>();
        if (broken is not null)
        {
            what.Add($"The chain is broken at event {broken.Number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} ({broken.Event?.ToString() ?? "no row"}): {broken.What}");
        }

        what.AddRange(unsealedRoles.Select(name => $"The role of {name} was written by somebody else: its seal is wrong."));
        what.AddRange(alteredGuards.Select(name => $"The guard of {name} was written by somebody else: its counts or holds are not what the events say."));
        await Json.WriteAsync(
            parsed,
            new { Intact = false, broken?.Number, broken?.Event, broken?.What, RolesWithWrongSeal = unsealedRoles, AlteredGuards = alteredGuards },
            [.. what]);
        return 1;
    }

    private static async Task<IReadOnlyList<string>> AlteredGuardsAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var altered = await services.GetRequiredService<GuardHistory>().FindAlteredAsync(cancellation);
        return await services.GetRequiredService<TwoFactorDb>().Set<Account>().AsNoTracking()
            .Where(account => altered.Contains(account.Id)).OrderBy(account => account.UserName).Select(account => account.UserName).ToListAsync(cancellation);
    }

    private static async Task<IReadOnlyList<string>> UnsealedRolesAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var verifier = services.GetRequiredService<Verifier>();
        var wrong = new List<string>();
        await foreach (var account in services.GetRequiredService<TwoFactorDb>().Set<Account>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (!account.IsSealed(verifier))
            {
                wrong.Add(account.UserName);
            }
        }

        return wrong;
    }
}
