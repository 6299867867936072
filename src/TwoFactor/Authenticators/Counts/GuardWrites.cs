namespace TwoFactor.Authenticators.Counts;

using System.Runtime.CompilerServices;
using TwoFactor.Accounts;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Runs the statements on a guard's row. What lists show of it follows, and this process remembers what it counts then.</summary>
public sealed class GuardWrites(SeenCounts counts)
{
    /// <summary>Returns the row after the update, and whether the account's copies differ from it.</summary>
    private const string Returning = """
         RETURNING account_id AS AccountId, fails AS Fails, fails30 AS Fails30, fails30_from AS Fails30From,
          last_step AS LastStep, epoch AS Epoch, held AS Held, closed AS Closed, wait_until AS WaitUntil,
          EXISTS (SELECT 1 FROM account a WHERE a.id=code_guard.account_id AND (a.held<>code_guard.held OR a.closed<>code_guard.closed
           OR a.wait_until<>code_guard.wait_until OR a.invited_until IS NOT NULL)) AS IsListedOtherwise
        """;

    /// <summary>Runs a statement that may change what lists show of a guard. Writes the account's copies only where they differ.</summary>
    /// <returns>Null when no row was changed.</returns>
    internal async Task<Row?> WriteAsync(Work work, FormattableString update, Lowers lowers)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (await work.OneAsync<Row>(FormattableStringFactory.Create(update.Format + Returning, update.GetArguments())) is not { } row)
        {
            return null;
        }

        if (row.IsListedOtherwise)
        {
            await AccountListState.CopyGuardAsync(work, row.AccountId, row.Epoch, row.Held, row.Closed, row.WaitUntil);
        }

        var counted = row.At(work.Now);
        work.AfterCommit(() => counts.Note(row.AccountId, counted, lowers));
        return row;
    }

    internal sealed record Row(
        Guid AccountId,
        int Fails,
        int Fails30,
        UnixTime Fails30From,
        TimeStep LastStep,
        Epoch Epoch,
        long Held,
        bool Closed,
        UnixTime WaitUntil,
        bool IsListedOtherwise)
    {
        public GuardCounts At(UnixTime now) => new(Epoch, LastStep, Fails, Fails30, Fails30From, WaitUntil, now);
    }
}
