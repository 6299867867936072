namespace TwoFactor.Authenticators;

/// <summary>
/// Which admins can sign in, as SQL text: the last of them is guarded, counted for the banner, and asked to approve by one definition.
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
}
