namespace TwoFactor.Accounts.Statements;

using TwoFactor.Storage;

/// <summary>
/// What is written to an account's row, beside its addresses (<see cref="Addresses"/>), its dates (<see cref="Groups.Deadlines"/>) and
/// what lists show of it (<see cref="AccountListState"/>). Each column is written in one file.
/// </summary>
internal static class AccountStatements
{
    /// <summary>What other people read from now on.</summary>
    public static Task RenameAsync(Work work, Guid account, string name) =>
        work.ExecuteAsync($"UPDATE account SET name={name} WHERE id={account}");

    /// <summary>The form of the first admin was posted again: under this name they sign in, and are shown.</summary>
    public static Task RenameUserAsync(Work work, Guid account, string userName) =>
        work.ExecuteAsync($"UPDATE account SET user_name={userName}, name={userName} WHERE id={account}");

    /// <summary>A new password.</summary>
    public static Task SetPasswordAsync(Work work, Guid account, string hash) =>
        work.ExecuteAsync($"UPDATE account SET password_hash={hash}, password_changed_at={work.Now} WHERE id={account}");

    /// <summary>The password of somebody who was invited.</summary>
    /// <returns>False when the person enrolled meanwhile: an invitation no longer changes the password then.</returns>
    public static async Task<bool> SetInvitedPasswordAsync(Work work, Guid account, string hash) => await work.ExecuteAsync(
        $"UPDATE account SET password_hash={hash}, password_changed_at={work.Now} WHERE id={account} AND enrolled_at IS NULL") == 1;

    /// <summary>The same password under another hash.</summary>
    /// <returns>False when the password was changed meanwhile.</returns>
    public static async Task<bool> ReplaceHashAsync(Work work, Guid account, string? former, string hash) =>
        await work.ExecuteAsync($"UPDATE account SET password_hash={hash} WHERE id={account} AND password_hash={former}") == 1;

    /// <summary>It has an authenticator.</summary>
    /// <returns>Whether that is its first.</returns>
    public static async Task<bool> EnrollAsync(Work work, Guid account) =>
        await work.ExecuteAsync($"UPDATE account SET enrolled_at={work.Now} WHERE id={account} AND enrolled_at IS NULL") == 1;

    /// <summary>Marks the mailbox as untrusted: the person who acts now may control nothing but the mailbox.</summary>
    public static Task DistrustMailboxAsync(Work work, Guid account) =>
        work.ExecuteAsync($"UPDATE account SET untrusted_since={work.Now}, reverified_at=NULL WHERE id={account}");

    /// <param name="isFull">With password and code: the first such sign-in after a doubt shows that the owner is still there.</param>
    public static Task RememberSignInAsync(Work work, Guid account, bool isFull) => work.ExecuteAsync(
        $"""
         UPDATE account SET last_sign_in_at={work.Now},
          reverified_at=CASE WHEN {isFull} AND untrusted_since IS NOT NULL AND reverified_at IS NULL THEN {work.Now} ELSE reverified_at END
          WHERE id={account}
         """);
}
