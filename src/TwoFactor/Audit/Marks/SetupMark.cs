namespace TwoFactor.Audit.Marks;

using System.Data.Common;
using TwoFactor.Storage;

/// <summary>That the set-up is over, as the high-water files remember it: nobody takes it back in the database.</summary>
public sealed class SetupMark(MarkFiles files, HighWater highWater, TwoFactorDb database)
{
    public async Task<bool> IsSetAsync(CancellationToken cancellation) => (await files.ReadAsync(cancellation)).IsSetUp;

    /// <summary>Writes it before the answer that completes the set-up. If it cannot be written now, the next mark says it.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        try
        {
            if (!await IsSetAsync(cancellation))
            {
                await highWater.WriteAsync(database, cancellation);
            }
        }
        catch (DbException)
        {
            // What was decided stands. The server writes the mark again after the next event.
        }
    }
}
