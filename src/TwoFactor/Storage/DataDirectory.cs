namespace TwoFactor.Storage;

using System.Runtime.Versioning;
using System.Text.RegularExpressions;

/// <summary>
/// The folder that holds the database, the outbox and, unless configured otherwise, the key ring. Only the owner has access: folders 0700,
/// files 0600.
/// </summary>
/// <param name="Path">Absolute.</param>
public sealed partial record DataDirectory(string Path)
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// Creates a folder that only its owner may enter, or restricts an existing one to that. One that belongs to somebody else stays as it
    /// is, if its group alone may enter.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else, and everybody may enter.</exception>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (Directory.Exists(path))
        {
            Restrict(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerFolder);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void Restrict(string path)
    {
        var mode = System.IO.File.GetUnixFileMode(path);
        if (mode == OwnerFolder)
        {
            return;
        }

        try
        {
            System.IO.File.SetUnixFileMode(path, OwnerFolder);
        }
        catch (UnauthorizedAccessException exception) when ((mode & Others) != UnixFileMode.None)
        {
            throw new UnauthorizedAccessException(
                $"The folder {path} belongs to somebody else, and everybody on this machine may enter it. Close it (chmod o-rwx), or "
                    + "choose another one with TwoFactor:DataDirectory.",
                exception);
        }
        catch (UnauthorizedAccessException)
        {
            // Its owner lets our group in, and nobody else. Our files in it are our own.
        }
    }

    /// <summary>
    /// The options to open a file that only its owner can read and write. <paramref name="mode"/> decides whether an existing file is
    /// replaced.
    /// </summary>
    public static FileStreamOptions OwnerOnly(FileMode mode, FileShare share = FileShare.None)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }

    /// <summary>Writes an owner-only file under a temporary name and then moves it, so that no reader sees half of it.</summary>
    public static async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var unfinished = UnfinishedName(path);
        try
        {
            var stream = new FileStream(unfinished, OwnerOnly(FileMode.CreateNew));
            await using (stream)
            {
                await stream.WriteAsync(content, cancellation);
                stream.Flush(flushToDisk: true);
            }

            System.IO.File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            System.IO.File.Delete(unfinished);
        }
    }

    /// <inheritdoc cref="WriteFileAsync"/>
    public static void WriteFile(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = UnfinishedName(path);
        try
        {
            using (var stream = new FileStream(unfinished, OwnerOnly(FileMode.CreateNew)))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            System.IO.File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            System.IO.File.Delete(unfinished);
        }
    }

    /// <summary>
    /// Deletes what killed processes left half written in a folder, once it is an hour old: until then somebody may write it still.
    /// </summary>
    public static void DeleteUnfinished(string folder, DateTimeOffset now)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.part").Where(file => UnfinishedFile().IsMatch(file)
            && System.IO.File.GetLastWriteTimeUtc(file) < now.UtcDateTime.AddHours(-1)))
        {
            System.IO.File.Delete(file);
        }
    }

    [GeneratedRegex(@"\.[0-9a-f]{32}\.part$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnfinishedFile();

    /// <summary>
    /// A name beside a file, under which it is written first. Nobody can guess it, so nobody can plant a link there that we would follow.
    /// </summary>
    public static string UnfinishedName(string path) => $"{path}.{Guid.NewGuid():N}.part";
}
