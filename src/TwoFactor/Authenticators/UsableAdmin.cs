namespace TwoFactor.Authenticators;

using System.Runtime.CompilerServices;
using TwoFactor.Accounts;
using TwoFactor.Storage;

/// <summary>
/// Which admins can sign in, as SQL text. One definition serves the protection of the last admin, the count in the banner, and the choice
/// of approvers.
/// </summary>
/// <remarks>
/// An imported authenticator counts only after its first accepted code: until then nobody has shown that the app is there.
/// </remarks>
internal static class UsableAdmin
{
    /// <summary>Account <c>o</c>, of whatever role, can sign in.</summary>
    internal const string CanSignIn = """
        EXISTS (SELECT 1 FROM code_guard g WHERE g.account_id=o.id AND g.held=0 AND g.closed=0 AND g.last_step>0)
         AND EXISTS (SELECT 1 FROM authenticator t WHERE t.account_id=o.id AND t.state='active')
        """;

    /// <summary>Account <c>o</c> is an admin who can sign in.</summary>
    internal const string IsOne = "o.role='admin' AND " + CanSignIn;

    /// <summary>An admin other than account {0} can sign in.</summary>
    internal const string ThereIsAnother = "EXISTS (SELECT 1 FROM account o WHERE o.id<>{0} AND " + IsOne + ")";

    /// <summary>Takes the lock that keeps the last usable admin: every change that may remove an admin begins with it.</summary>
    internal static Task LockAsync(Work work) => work.ExecuteAsync($"UPDATE instance SET admin_rev=admin_rev+1 WHERE id=1");

    // The two statements on an account that may take an admin away stand here, and not with its others: whether another admin can sign
    // in is seen in guards and authenticators, and must be decided by the statement itself.

    /// <summary>Gives an account another role. The admins are locked.</summary>
    /// <returns>False: it is the last admin who can sign in.</returns>
    internal static Task<bool> SetRoleUnlessLastAsync(Work work, Guid account, Role role) => ChangeAsync(
        work,
        account,
        FormattableStringFactory.Create(
            "UPDATE account SET role={1}, role_since=CASE WHEN role<>{1} THEN {2} ELSE role_since END,"
            + " admin_until=CASE WHEN role='admin' THEN {2} ELSE admin_until END"
            + " WHERE id={0} AND (role<>'admin' OR " + ThereIsAnother + ")",
            account, role.ToToken(), work.Now));

    /// <summary>Deletes an account with what belongs to it. The admins are locked.</summary>
    /// <returns>False: it is the last admin who can sign in.</returns>
    internal static Task<bool> DeleteUnlessLastAsync(Work work, Guid account) => ChangeAsync(
        work,
        account,
        FormattableStringFactory.Create("DELETE FROM account WHERE id={0} AND (role<>'admin' OR " + ThereIsAnother + ")", account));

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
