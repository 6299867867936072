namespace TwoFactor.Commands;

using TwoFactor.Administration.Setup;
using TwoFactor.Storage;
using TwoFactor.Storage.Schema;

/// <summary>What <c>audit verify</c> finds in the database beside its events and its seals.</summary>
/// <param name="Damages">What SQLite itself finds wrong in the file.</param>
/// <param name="WasSetupErased">Whether somebody erased that the set-up is over.</param>
internal sealed record DatabaseFindings(IReadOnlyList<string> Damages, bool WasSetupErased)
{
    public bool IsEmpty => Damages.Count == 0 && !WasSetupErased;

    public IEnumerable<string> Sentences =>
    [
        .. Damages.Select(damage => $"The database file is damaged: {damage}. Keep a copy of it, and restore a backup."),
        .. WasSetupErased
            ? [
                "setup_completed_at was erased, though there were admins: somebody tried to open the set-up again. It stays closed, and is "
                    + "written anew when an admin sets up a phone.",
            ]
            : Array.Empty<string>(),
    ];

    public static async Task<DatabaseFindings> FindAsync(IServiceProvider services, CancellationToken cancellation) => new(
        await IntegrityCheck.FindAsync(services.GetRequiredService<TwoFactorDb>(), cancellation),
        await services.GetRequiredService<SetupEvidence>().WasErasedAsync(cancellation));
}
