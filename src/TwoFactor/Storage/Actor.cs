namespace TwoFactor.Storage;

/// <summary>The kind of actor. The numbers are stored in rows: add at the end, never change one.</summary>
public enum ActorKind : byte
{
    /// <summary>A person who has proven nothing yet.</summary>
    Unknown = 0,

    /// <summary>The owner of the account that the action concerns.</summary>
    Owner = 1,

    /// <summary>An admin or the help desk.</summary>
    Agent = 2,

    /// <summary>An operator on the server's command line.</summary>
    Console = 3,

    /// <summary>The program by itself.</summary>
    Server = 4,
}

/// <summary>The browsers that the program distinguishes. The numbers are stored in rows: add at the end, never change one.</summary>
public enum Browser : byte
{
    Unknown = 0,
    Firefox = 1,
    Chrome = 2,
    Edge = 3,
    Safari = 4,
    SamsungInternet = 5,
    Opera = 6,
    Vivaldi = 7,
    Curl = 8,
    Wget = 9,
}

/// <summary>
/// The operating systems that the program distinguishes. The numbers are stored in rows: add at the end, never change one.
/// </summary>
public enum OperatingPlatform : byte
{
    Unknown = 0,
    Windows = 1,
    MacOS = 2,
    Linux = 3,
    Android = 4,
    IOS = 5,
    ChromeOS = 6,
}

/// <summary>
/// Who acts, and from where. It holds only ids, enum values and the bytes of an address: text from a request header is never stored.
/// </summary>
/// <param name="Kind">Who acts.</param>
/// <param name="Account">The account that acts, where one does.</param>
/// <param name="Browser">As the User-Agent header claims.</param>
/// <param name="Platform">As the User-Agent header claims.</param>
/// <param name="Address">The IP address: 4 bytes (IPv4) or 16 bytes (IPv6); null when there is none.</param>
public sealed record Actor(ActorKind Kind, Guid? Account, Browser Browser, OperatingPlatform Platform, IReadOnlyList<byte>? Address)
{
    /// <summary>An operator on the server's command line.</summary>
    public static Actor Console { get; } = new(ActorKind.Console, null, Browser.Unknown, OperatingPlatform.Unknown, null);

    /// <summary>The program by itself.</summary>
    public static Actor Server { get; } = new(ActorKind.Server, null, Browser.Unknown, OperatingPlatform.Unknown, null);
}
