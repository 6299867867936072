namespace TwoFactor.Storage;

/// <summary>Who acted. The numbers stand in rows.</summary>
public enum ActorKind : byte
{
    /// <summary>Nobody has proven anything yet.</summary>
    Unknown = 0,

    /// <summary>The person whom it is about.</summary>
    Owner = 1,

    /// <summary>An admin or the help desk.</summary>
    Agent = 2,

    /// <summary>An operator on the server's command line.</summary>
    Console = 3,

    /// <summary>The program by itself.</summary>
    Server = 4,
}

/// <summary>The browsers that we tell apart. The numbers stand in rows: add at the end, change none.</summary>
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

/// <summary>The operating systems that we tell apart. The numbers stand in rows: add at the end, change none.</summary>
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
/// Who acts, and from where. Numbers of a fixed list and bytes: what a request says of itself never reaches a row as text.
/// </summary>
/// <param name="Kind">Who acts.</param>
/// <param name="Account">The account that acts, where one does.</param>
/// <param name="Browser">As it called itself.</param>
/// <param name="Platform">As it called itself.</param>
/// <param name="Address">4 or 16 bytes.</param>
public sealed record Actor(ActorKind Kind, Guid? Account, Browser Browser, OperatingPlatform Platform, IReadOnlyList<byte>? Address)
{
    /// <summary>An operator on the server's command line.</summary>
    public static Actor Console { get; } = new(ActorKind.Console, null, Browser.Unknown, OperatingPlatform.Unknown, null);

    /// <summary>The program by itself.</summary>
    public static Actor Server { get; } = new(ActorKind.Server, null, Browser.Unknown, OperatingPlatform.Unknown, null);
}
