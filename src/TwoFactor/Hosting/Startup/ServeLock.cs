namespace TwoFactor.Hosting.Startup;

using System.Globalization;
using TwoFactor.Storage;

/// <summary>Allows one server per database. The operating system holds the lock, so a killed server leaves none behind.</summary>
public sealed class ServeLock : IDisposable
{
    private const string LockFile = "serve.lock";
    private const string ProcessFile = "serve.pid";

    private readonly FileStream lockStream;
    private readonly string processFile;
    private bool announced;

    private ServeLock(FileStream lockStream, string processFile) => (this.lockStream, this.processFile) = (lockStream, processFile);

    /// <summary>Takes the lock. Returns null when another server has it.</summary>
    /// <param name="folder">The folder of the database: two data directories may share one.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ServeLock? TryTake(DataDirectory folder)
    {
        try
        {
            return new ServeLock(
                new FileStream(folder.File(LockFile), DataDirectory.OwnerOnly(FileMode.OpenOrCreate)), folder.File(ProcessFile));
        }
        catch (IOException exception) when (IsTaken(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether another server has the lock: EWOULDBLOCK on Linux or macOS, or the sharing violation of Windows. Other errors have other
    /// causes.
    /// </summary>
    private static bool IsTaken(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>The id of the process that holds the lock, as that process wrote it.</summary>
    public static string Holder(DataDirectory folder)
    {
        try
        {
            return File.ReadAllText(folder.File(ProcessFile)).Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
    }

    /// <summary>
    /// Writes the process id, for the message of a server that is refused. It is called after the start-up checks, because a refused start
    /// changes no file.
    /// </summary>
    public async Task AnnounceAsync(CancellationToken cancellation)
    {
        var id = System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        await DataDirectory.WriteFileAsync(processFile, id, cancellation);
        announced = true;
    }

    public void Dispose()
    {
        if (announced)
        {
            File.Delete(processFile);
        }

        lockStream.Dispose();
    }
}
