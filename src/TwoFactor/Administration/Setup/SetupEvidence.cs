namespace TwoFactor.Administration.Setup;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Storage;

/// <summary>
/// Whether the set-up is over. It is open only if nothing says otherwise: whoever erases one of these in the database does not get a
/// set-up link.
/// </summary>
public sealed class SetupEvidence(TwoFactorDb database, SetupMark mark, ILogger<SetupEvidence> log)
{
    public async Task<bool> IsOverAsync(CancellationToken cancellation) =>
        await IsOverInDatabaseAsync(cancellation) || await mark.IsSetAsync(cancellation);

    /// <summary>What the database alone says, inside a story too.</summary>
    internal async Task<bool> IsOverInDatabaseAsync(CancellationToken cancellation) =>
        await IsCompletedAsync(cancellation) || await HadAdminAsync(cancellation);

    /// <summary>Whether somebody erased in the database that the set-up is over.</summary>
    public async Task<bool> WasErasedAsync(CancellationToken cancellation) =>
        !await IsCompletedAsync(cancellation) && (await HadAdminAsync(cancellation) || await mark.IsSetAsync(cancellation));

    /// <summary>Logs it, at a start.</summary>
    internal async Task ReportAsync(CancellationToken cancellation)
    {
        if (await WasErasedAsync(cancellation))
        {
            log.SetupErased();
        }
    }

    private Task<bool> IsCompletedAsync(CancellationToken cancellation) =>
        database.Set<Instance>().AnyAsync(instance => instance.SetupCompletedAt != null, cancellation);

    private async Task<bool> HadAdminAsync(CancellationToken cancellation) =>
        await database.Set<Account>().AnyAsync(account => account.Role == Role.Admin && account.EnrolledAt != null, cancellation)
        || await database.Set<AuditEvent>().AnyAsync(
            row => row.Kind == AuditKinds.SetupCompleted
                || (row.Kind == AuditKinds.AccountEnrolled
                    && database.Set<Account>().Any(account => account.Id == row.AccountId && account.Role == Role.Admin)),
            cancellation);
}

internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Critical,
        "Somebody erased in the database that the set-up is over. It stays closed: no set-up link was made. Run: audit verify")]
    public static partial void SetupErased(this ILogger logger);
}
