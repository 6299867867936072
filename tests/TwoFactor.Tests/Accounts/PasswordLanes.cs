namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts.Passwords;
using TwoFactor.Storage;

/// <summary>Lanes of a size, and callers who have nothing in common unless a test says so.</summary>
internal static class PasswordLanes
{
    private static int newest;

    public static PasswordQueues Of(int workers, int places) => new(workers, new PasswordLimits { Places = places });

    public static HashCaller Known() => HashCaller.Device(Guid.NewGuid(), Guid.NewGuid());

    /// <param name="name">Null for one that nobody typed before.</param>
    /// <param name="network">The third byte of the address; null for a network that nobody came from before.</param>
    public static HashCaller Stranger(string? name = null, byte? network = null)
    {
        var number = Interlocked.Increment(ref newest);
        byte[] address = network is { } given ? [192, 0, given, (byte)number] : [10, (byte)(number >> 8), (byte)number, 1];
        return HashCaller.Stranger(
            name ?? $"stranger{number}", new Actor(ActorKind.Unknown, null, Browser.Unknown, OperatingPlatform.Unknown, address));
    }
}
