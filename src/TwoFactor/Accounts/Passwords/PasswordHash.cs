namespace TwoFactor.Accounts.Passwords;

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NSec.Cryptography;

/// <summary>
/// One Argon2id hash (RFC 9106) with its cost and salt, stored as a PHC string: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>.
/// </summary>
/// <remarks>p is always 1, since libsodium knows no other; salt 16 bytes, hash 32.</remarks>
public sealed partial class PasswordHash
{
    internal const int MostMemory = 1_048_576;
    internal const int MostIterations = 16;
    internal const int SaltSize = 16;
    private const int HashSize = 32;

    private readonly byte[] salt;
    private readonly byte[] hash;

    private PasswordHash(int memory, int iterations, byte[] salt, byte[] hash)
    {
        MemoryKibibytes = memory;
        Iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    public int MemoryKibibytes { get; }

    public int Iterations { get; }

    /// <summary>Hashes under a new salt.</summary>
    public static PasswordHash Compute(TypedPassword typed, PasswordLimits limits)
    {
        ArgumentNullException.ThrowIfNull(typed);
        ArgumentNullException.ThrowIfNull(limits);
        var fresh = RandomNumberGenerator.GetBytes(SaltSize);
        var derived = Derive(typed, fresh, limits.MemoryKibibytes, limits.Iterations);
        return new PasswordHash(limits.MemoryKibibytes, limits.Iterations, fresh, derived);
    }

    /// <summary>A hash of the present cost that no password has. It is compared when there is no stored hash.</summary>
    public static PasswordHash Dummy(PasswordLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new PasswordHash(
            limits.MemoryKibibytes,
            limits.Iterations,
            RandomNumberGenerator.GetBytes(SaltSize),
            RandomNumberGenerator.GetBytes(HashSize));
    }

    /// <summary>
    /// Reads a PHC string. Returns null when this program did not write it. The cost is limited, so that an altered row cannot use up all
    /// memory.
    /// </summary>
    public static PasswordHash? Parse(string? phc)
    {
        if (phc is null || Phc().Match(phc) is not { Success: true } parts)
        {
            return null;
        }

        var memory = int.Parse(parts.Groups["m"].ValueSpan, CultureInfo.InvariantCulture);
        var iterations = int.Parse(parts.Groups["t"].ValueSpan, CultureInfo.InvariantCulture);
        return memory is >= 8 and <= MostMemory && iterations is >= 1 and <= MostIterations
            && FromBase64(parts.Groups["salt"].Value, SaltSize) is { } readSalt
            && FromBase64(parts.Groups["hash"].Value, HashSize) is { } readHash
            ? new PasswordHash(memory, iterations, readSalt, readHash)
            : null;
    }

    /// <summary>Costs one hash, whatever the answer.</summary>
    public bool Matches(TypedPassword typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        return CryptographicOperations.FixedTimeEquals(Derive(typed, salt, MemoryKibibytes, Iterations), hash);
    }

    /// <summary>Whether it was made at less cost than the limits now ask for.</summary>
    public bool NeedsRehash(PasswordLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return MemoryKibibytes < limits.MemoryKibibytes || Iterations < limits.Iterations;
    }

    /// <summary>An Argon2id hash, 32 bytes, of a secret that is no password. The caller keeps the cost and the salt.</summary>
    public static byte[] Derive(byte[] secret, byte[] salt, int memoryKibibytes, int iterations)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(salt);
        var argon2 = new Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKibibytes, NumberOfPasses = iterations });
        return argon2.DeriveBytes(secret, salt, HashSize);
    }

    /// <summary>The PHC string.</summary>
    public string Write() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"$argon2id$v=19$m={MemoryKibibytes},t={Iterations},p=1${ToBase64(salt)}${ToBase64(hash)}");

    public override string ToString() => "(hidden)";

    private static byte[] Derive(TypedPassword typed, byte[] salt, int memory, int iterations)
    {
        var bytes = Encoding.UTF8.GetBytes(typed.Text);
        try
        {
            return Derive(bytes, salt, memory, iterations);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static string ToBase64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? FromBase64(string text, int size)
    {
        var bytes = new byte[size];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var written) && written == size ? bytes : null;
    }

    [GeneratedRegex(
        @"^\$argon2id\$v=19\$m=(?<m>[0-9]{1,8}),t=(?<t>[0-9]{1,3}),p=1\$(?<salt>[A-Za-z0-9+/]{22})\$(?<hash>[A-Za-z0-9+/]{43})\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Phc();
}
