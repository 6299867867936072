namespace TwoFactor.Commands;

using TwoFactor.Storage;
using TwoFactor.Storage.Schema;

/// <summary>What <c>audit verify</c> finds in the database beside its events and its seals.</summary>
/// <param name="Damages">What SQLite itself finds wrong in the file.</param>
internal sealed record DatabaseFindings(IReadOnlyList<string> Damages)
{
    public bool IsEmpty => Damages.Count == 0;

    public IEnumerable<string> Sentences =>
        Damages.Select(damage => $"The database file is damaged: {damage}. Keep a copy of it, and restore a backup.");

    public static async Task<DatabaseFindings> FindAsync(IServiceProvider services, CancellationToken cancellation) =>
        new(await IntegrityCheck.FindAsync(services.GetRequiredService<TwoFactorDb>(), cancellation));
}
