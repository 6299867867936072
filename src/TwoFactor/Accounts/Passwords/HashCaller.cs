namespace TwoFactor.Accounts.Passwords;

using TwoFactor.Accounts.Networks;
using TwoFactor.Storage;

/// <summary>
/// Who waits for a hash: in the lane of known people or in that of strangers, and whose share of the lane it takes. A session, a live link
/// or a device is known.
/// </summary>
public sealed record HashCaller
{
    private HashCaller(bool isKnown, ClientNetwork? network, params IReadOnlyList<string> ones) =>
        (IsKnown, Network, Ones) = (isKnown, network, ones);

    /// <summary>Whoever has the link of the first start.</summary>
    public static HashCaller Setup { get; } = new(isKnown: true, null, "setup");

    public bool IsKnown { get; }

    /// <summary>The account and the device, or the name, that each has a share.</summary>
    internal IReadOnlyList<string> Ones { get; }

    /// <summary>Set for strangers only.</summary>
    internal ClientNetwork? Network { get; }

    /// <summary>Somebody with a session, or with a link that works.</summary>
    public static HashCaller Owner(Guid account) => new(isKnown: true, null, AccountKey(account));

    /// <summary>A browser in which the account completed a sign-in.</summary>
    public static HashCaller Device(Guid account, Guid device) => new(isKnown: true, null, AccountKey(account), $"device {device:N}");

    /// <summary>
    /// A browser that is not known. The share is that of the typed name, whether anybody has it or not: otherwise a full lane would tell
    /// who has an account.
    /// </summary>
    public static HashCaller Stranger(string typedName, Actor actor) => new(
        isKnown: false,
        ClientNetwork.Of(actor),
        $"name {UserName.Normalise(typedName) ?? MailAddress.Normalise(typedName) ?? typedName}");

    /// <summary>A browser that is not known, in which the password of an account was proven.</summary>
    public static HashCaller Stranger(Guid account, Actor actor) => new(isKnown: false, ClientNetwork.Of(actor), AccountKey(account));

    private static string AccountKey(Guid account) => $"account {account:N}";
}
