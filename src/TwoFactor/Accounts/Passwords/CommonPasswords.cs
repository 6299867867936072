namespace TwoFactor.Accounts.Passwords;

using System.Text;

/// <summary>
/// The passwords that many people choose: the list that is built in, and the lines of a file of the operator's own. All are compared in one
/// spelling (<see cref="PasswordPatterns.Fold"/>).
/// </summary>
public sealed class CommonPasswords
{
    /// <summary>A file that is longer is refused at the start.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    private const string Resource = "common-passwords.txt";

    private static readonly Lazy<HashSet<string>> BuiltIn = new(() => ToSet(ReadBuiltIn()));

    private readonly Lazy<HashSet<string>> own;

    /// <param name="path">A text file in UTF-8 with one password in each line; null when there is none. It is read once.</param>
    public CommonPasswords(string? path) => own = new(() => ToSet(path is null ? [] : File.ReadLines(path, Encoding.UTF8)));

    /// <summary>Reads the lists, so that the first person who sets a password does not wait for it.</summary>
    /// <returns>How many passwords they hold.</returns>
    public int Load() => BuiltIn.Value.Count + own.Value.Count;

    /// <param name="folded">In the one spelling.</param>
    internal bool Contains(string folded) => BuiltIn.Value.Contains(folded) || own.Value.Contains(folded);

    /// <summary>Whether a file can be read as a list.</summary>
    public static bool CanRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return file.Length <= MostBytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    /// <remarks>What is shorter than any password may be is left out.</remarks>
    private static HashSet<string> ToSet(IEnumerable<string> lines) => lines
        .Where(line => line.Length is >= PasswordLimits.LeastMinimum and <= 4 * PasswordLimits.LongestMaximum)
        .Select(PasswordPatterns.Fold).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> ReadBuiltIn()
    {
        using var stream = typeof(CommonPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is not built in.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            // The licence is at the top, in lines that begin with #. No password of the list does.
            if (!line.StartsWith('#'))
            {
                yield return line;
            }
        }
    }
}
