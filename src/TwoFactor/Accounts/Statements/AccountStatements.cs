namespace TwoFactor.Accounts.Statements;

using TwoFactor.Storage;

/// <summary>
/// What is written to an account's row, beside its addresses (<see cref="Addresses"/>), its dates (<see cref="Groups.Deadlines"/>) and
/// what lists show of it (<see cref="AccountListState"/>). Each column is written in one file.
/// What the seal of the account covers is changed only in a story that has opened the account (<see cref="Revisions"/>).
/// </summary>
internal static class AccountStatements
{
    /// <summary>What other people read from now on.</summary>
    public static Task RenameAsync(Work work, Guid account, string name) =>
        ChangeAsync(work, account, $"UPDATE account SET name={name} WHERE id={account}");

    /// <summary>The form of the first admin was posted again: under this name they sign in, and are shown.</summary>
    public static Task RenameUserAsync(Work work, Guid account, string userName) =>
        ChangeAsync(work, account, $"UPDATE account SET user_name={userName}, name={userName} WHERE id={account}");

    /// <summary>A new password.</summary>
    public static Task SetPasswordAsync(Work work, Guid account, string hash) => ChangeAsync(
        work, account, $"UPDATE account SET password_hash={hash}, password_changed_at={work.Now} WHERE id={account}");

    /// <summary>The password of somebody who was invited.</summary>
    /// <returns>False when the person enrolled meanwhile: an invitation no longer changes the password then.</returns>
    public static Task<bool> SetInvitedPasswordAsync(Work work, Guid account, string hash) => ChangeAsync(
        work,
        account,
        $"UPDATE account SET password_hash={hash}, password_changed_at={work.Now} WHERE id={account} AND enrolled_at IS NULL");

    /// <summary>The same password under another hash.</summary>
    /// <returns>False when the password was changed meanwhile.</returns>
    public static Task<bool> ReplaceHashAsync(Work work, Guid account, string? former, string hash) => ChangeAsync(
        work, account, $"UPDATE account SET password_hash={hash} WHERE id={account} AND password_hash={former}");

    /// <summary>It has an authenticator.</summary>
    /// <returns>Whether that is its first.</returns>
    public static Task<bool> EnrollAsync(Work work, Guid account) => ChangeAsync(
        work, account, $"UPDATE account SET enrolled_at={work.Now} WHERE id={account} AND enrolled_at IS NULL");

    /// <summary>Marks the mailbox as untrusted: the person who acts now may control nothing but the mailbox.</summary>
    public static Task DistrustMailboxAsync(Work work, Guid account) => ChangeAsync(
        work, account, $"UPDATE account SET untrusted_since={work.Now}, reverified_at=NULL WHERE id={account}");

    /// <summary>The first sign-in with password and code after a doubt shows that the owner is still there.</summary>
    public static Task TrustMailboxAsync(Work work, Guid account) => ChangeAsync(
        work, account, $"UPDATE account SET reverified_at={work.Now} WHERE id={account}");

    /// <returns>Whether the mailbox has not been trusted since a change.</returns>
    public static async Task<bool> RememberSignInAsync(Work work, Guid account) => await work.OneValueAsync<bool>(
        $"""
         UPDATE account SET last_sign_in_at={work.Now} WHERE id={account}
          RETURNING untrusted_since IS NOT NULL AND reverified_at IS NULL AS Value
         """) ?? false;

    private static async Task<bool> ChangeAsync(Work work, Guid account, FormattableString statement)
    {
        if (await work.ExecuteAsync(statement) != 1)
        {
            return false;
        }

        work.Revisions.NoteChange(account);
        return true;
    }
}
