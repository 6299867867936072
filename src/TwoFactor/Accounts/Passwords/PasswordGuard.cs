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

    /// <summary>The device of a known browser; <see cref="Guid.Empty"/> for all unknown browsers together.</summary>
    public required Guid DeviceId { get; init; }

    public required int Fails { get; init; }

    /// <summary>Until when passwords are refused; unset when there is no wait.</summary>
    public required UnixTime WaitUntil { get; init; }
}

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
    /// <summary>
    /// Call it for a right password: it clears the failures, unless there is a wait. Returns false during a wait, when a right password is
    /// refused like a wrong one.
    /// </summary>
    public static async Task<bool> AdmitAsync(Work work, Guid account, Guid device)
    {
        ArgumentNullException.ThrowIfNull(work);
        var rows = await work.ExecuteAsync(
            $"""
            INSERT INTO password_guard (account_id, device_id, fails, wait_until) VALUES ({account}, {device}, 0, 0)
            ON CONFLICT (account_id, device_id) DO UPDATE SET fails = 0, wait_until = 0
             WHERE password_guard.wait_until <= {work.Now}
            """);
        return rows == 1;
    }

    /// <summary>
    /// Call it for a wrong password: it is counted and, from the last free one on, starts a wait that doubles each time. Returns false
    /// during a wait, when nothing is counted.
    /// </summary>
    public async Task<bool> ChargeAsync(Work work, Guid account, Guid device)
    {
        ArgumentNullException.ThrowIfNull(work);
        var now = work.Now;
        var (free, first, longest) = (limits.FreeFailures, limits.FirstWaitSeconds, limits.LongestWaitSeconds);
        var doublings = DoublingsOf(first, longest);
        var rows = await work.ExecuteAsync(
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
            """);
        return rows == 1;
    }

    /// <summary>Forgets the failures of an account, whatever browser they were made in.</summary>
    public static Task ForgetAllAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        return work.ExecuteAsync($"DELETE FROM password_guard WHERE account_id={account}");
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
