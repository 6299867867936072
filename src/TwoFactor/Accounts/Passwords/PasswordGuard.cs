namespace TwoFactor.Accounts.Passwords;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Storage;

/// <summary>
/// Wrong passwords in a row, for one account and one browser. Unknown browsers share one wait, so strangers do not make the owner wait.
/// </summary>
public sealed class PasswordGuard
{
    public required Guid AccountId { get; init; }

    /// <summary>
    /// The device of a known browser; the session of somebody who changes the password in another one; <see cref="Guid.Empty"/> for all
    /// unknown browsers together.
    /// </summary>
    public required Guid DeviceId { get; init; }

    public required int Fails { get; init; }

    /// <summary>Until when passwords are refused; unset when there is no wait.</summary>
    public required UnixTime WaitUntil { get; init; }
}

/// <summary>Whose wrong passwords are counted together.</summary>
public sealed record PasswordBudget(Guid Account, Guid Device);

internal sealed class PasswordGuardMapping : IEntityTypeConfiguration<PasswordGuard>
{
    public void Configure(EntityTypeBuilder<PasswordGuard> builder)
    {
        builder.HasKey(guard => new { guard.AccountId, guard.DeviceId });
        builder.HasOne<Account>().WithMany().HasForeignKey(guard => guard.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.ToTable(table => table.HasCheckConstraint("password_guard_counts_up", "fails >= 0 AND wait_until >= 0"));
    }
}

/// <summary>Judges tries at passwords, inside of a story. Each method is one statement whose row count is the answer.</summary>
public sealed class PasswordGuards(PasswordLimits limits)
{
    /// <summary>Stands for all unknown browsers together.</summary>
    private static readonly Guid Strangers = Guid.Empty;

    /// <summary>
    /// Call it for a right password: it clears the failures, unless there is a wait. Returns false during a wait, and where the password is
    /// switched off. A right password is then refused like a wrong one.
    /// </summary>
    public async Task<bool> AdmitAsync(Work work, Guid account, Guid device)
    {
        ArgumentNullException.ThrowIfNull(work);
        var rows = await work.ExecuteAsync(
            $"""
            INSERT INTO password_guard (account_id, device_id, fails, wait_until) VALUES ({account}, {device}, 0, 0)
            ON CONFLICT (account_id, device_id) DO UPDATE SET fails = 0, wait_until = 0
             WHERE password_guard.wait_until <= {work.Now}
              AND (password_guard.device_id <> {Strangers} OR password_guard.fails < {limits.SwitchedOffAfter})
            """);
        return rows == 1;
    }

    /// <summary>
    /// Call it for a wrong password: it is counted and, from the last free one on, starts a wait that doubles each time. After many in a
    /// row from unknown browsers the password no longer works in them; in a known browser it always does, so that strangers do not lock
    /// the owner out.
    /// </summary>
    /// <returns>How many there are now in a row; null during a wait, and where the password is switched off: nothing is counted
    /// then.</returns>
    public async Task<int?> ChargeAsync(Work work, Guid account, Guid device)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        var (free, first, longest) = (limits.FreeFailures, limits.FirstWaitSeconds, limits.LongestWaitSeconds);
        var doublings = DoublingsOf(first, longest);
        return await work.OneValueAsync<int>(
            $"""
            INSERT INTO password_guard (account_id, device_id, fails, wait_until)
             VALUES ({account}, {device}, 1, CASE WHEN 1 < {free} THEN 0 ELSE {now} + {first} END)
            ON CONFLICT (account_id, device_id) DO UPDATE SET
             fails = password_guard.fails + 1,
             wait_until = CASE
              WHEN password_guard.fails + 1 < {free} THEN 0
              WHEN password_guard.fails + 1 - {free} >= {doublings} THEN {now} + {longest}
              ELSE {now} + {first} * (1 << (password_guard.fails + 1 - {free})) END
             WHERE password_guard.wait_until <= {now}
              AND (password_guard.device_id <> {Strangers} OR password_guard.fails < {limits.SwitchedOffAfter})
            RETURNING fails AS Value
            """);
    }

    /// <summary>Whether this failure of unknown browsers, with this count, is the one that switches the password off in them.</summary>
    public bool SwitchesOff(Guid device, int? fails) => device == Strangers && fails == limits.SwitchedOffAfter;

    /// <summary>Lets the password work in unknown browsers again. Returns false when it was not switched off.</summary>
    public async Task<bool> SwitchOnAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return await work.ExecuteAsync(
            $"""
             DELETE FROM password_guard
              WHERE account_id={account} AND device_id={Strangers} AND fails>={limits.SwitchedOffAfter}
             """) == 1;
    }

    /// <summary>Forgets the failures that were made in one browser or session.</summary>
    public static Task ForgetAsync(Work work, Guid account, Guid device)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"DELETE FROM password_guard WHERE account_id={account} AND device_id={device}");
    }

    /// <summary>Forgets the failures of an account, whatever browser they were made in.</summary>
    public static Task ForgetAllAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"DELETE FROM password_guard WHERE account_id={account}");
    }

    /// <summary>Forgets the failures of browsers and sessions that are over, and that nobody can use any more.</summary>
    public static async Task ForgetAsync(Work work, IEnumerable<PasswordBudget> budgets)
    {
        ArgumentNullException.ThrowIfNull(budgets);
        foreach (var (account, device) in budgets)
        {
            await ForgetAsync(work, account, device);
        }
    }

    /// <summary>After how many doublings a first wait has reached the longest.</summary>
    internal static int DoublingsOf(int firstSeconds, int longestSeconds)
    {
        var count = 0;
        while ((long)firstSeconds << count < longestSeconds)
        {
            count++;
        }

        return count;
    }
}
