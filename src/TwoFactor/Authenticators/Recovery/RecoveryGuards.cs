namespace TwoFactor.Authenticators.Recovery;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>The statements on the guard's row that count wrong recovery codes.</summary>
internal static class RecoveryGuards
{
    /// <summary>Locks the guard if a recovery code may be judged now, which is so even while the guard waits or is closed.</summary>
    public static async Task<bool> LockAsync(Work work, Guid account, Epoch epoch, HeldBy allow) => await work.ExecuteAsync(
        $"""
         UPDATE code_guard SET epoch=epoch
          WHERE account_id={account} AND epoch={epoch} AND (held & ~{(long)allow})=0 AND recovery_until<={work.Now}
         """) == 1;

    /// <summary>Charges a wrong recovery code. The last free one starts a rest; after the rest, counting begins again.</summary>
    public static Task ChargeAsync(Work work, Guid account, CodeLimits limits)
    {
        var now = work.Now;
        var rested = now + limits.RecoveryRest;
        return work.ExecuteAsync(
            $"""
             UPDATE code_guard SET
              recovery_fails=CASE WHEN recovery_until>0 THEN 1 ELSE recovery_fails+1 END,
              recovery_until=CASE WHEN recovery_until=0 AND recovery_fails+1>={limits.FreeWrongRecoveryCodes} THEN {rested} ELSE 0 END
              WHERE account_id={account} AND recovery_until<={now}
             """);
    }

    public static Task ClearAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE code_guard SET recovery_fails=0, recovery_until=0 WHERE account_id={account}");
}
