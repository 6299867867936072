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

    // The two statements on an account that may take an admin away stand here, and not with its others: whether another admin can sign
    // in is seen in guards and authenticators, and must be decided by the statement itself.

    /// <summary>Gives an account another role. The admins are locked.</summary>
    /// <param name="seal">Over account and role.</param>
    /// <returns>False: it is the last admin who can sign in.</returns>
    internal static async Task<bool> SetRoleUnlessLastAsync(Work work, Guid account, Role role, byte[] seal) => await work.ExecuteAsync(
        FormattableStringFactory.Create(
            "UPDATE account SET role={1}, role_seal={2} WHERE id={0} AND (role<>'admin' OR " + ThereIsAnother + ")",
            account, role.ToToken(), seal)) == 1;

    /// <summary>Deletes an account with what belongs to it. The admins are locked.</summary>
    /// <returns>False: it is the last admin who can sign in.</returns>
    internal static async Task<bool> DeleteUnlessLastAsync(Work work, Guid account) => await work.ExecuteAsync(
        FormattableStringFactory.Create(
            "DELETE FROM account WHERE id={0} AND (role<>'admin' OR " + ThereIsAnother + ")", account)) == 1;
}
