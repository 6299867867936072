namespace TwoFactor.Web;

using TwoFactor.Sessions;

/// <summary>Checks where a sign-in goes back to: a path of this server and nothing else.</summary>
public static class ReturnUrl
{
    /// <summary>
    /// Returns the path, or null when it could lead elsewhere. A browser reads "//" and "/\" as the beginning of another host, and a header
    /// carries ASCII only.
    /// </summary>
    public static string? Clean(string? typed) =>
        typed is { Length: > 0 and <= PendingSignIn.LongestReturnUrl }
        && typed[0] == '/' && (typed.Length == 1 || typed[1] is not ('/' or '\\'))
        && typed.All(letter => letter is > ' ' and < '\u007F') && Uri.IsWellFormedUriString(typed, UriKind.Relative)
            ? typed
            : null;
}
