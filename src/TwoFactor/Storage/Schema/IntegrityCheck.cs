namespace TwoFactor.Storage.Schema;

using Microsoft.EntityFrameworkCore;

/// <summary>SQLite's own check of the whole file: among others, whether each index names every row of its table.</summary>
public static class IntegrityCheck
{
    private const int Most = 10;

    /// <returns>What is wrong, at most ten findings.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(TwoFactorDb database, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        var findings = await database.Database.SqlQuery<string>($"PRAGMA integrity_check").ToListAsync(cancellation);
        return [.. findings.Where(finding => finding is not "ok").Take(Most).Select(SchemaCheck.Printable)];
    }
}
