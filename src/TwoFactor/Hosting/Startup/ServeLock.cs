namespace TwoFactor.Hosting.Startup;

using System.Globalization;
using TwoFactor.Storage;

/// <summary>One server a database. The lock is the operating system's, so a killed server leaves none behind.</summary>
public sealed class ServeLock : IDisposable
{
    private const string LockFile = "serve.lock";
    private const string ProcessFile = "serve.pid";

    private readonly FileStream held;
    private readonly string processFile;
    private bool announced;

    private ServeLock(FileStream held, string processFile) => (this.held, this.processFile) = (held, processFile);

    /// <summary>Takes the lock. Null: another server has it.</summary>
    /// <param name="folder">Where the database lies: two data directories may share one.</param>
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

    /// <summary>EWOULDBLOCK on Linux, on macOS, and the sharing violation of Windows. Anything else is no second server.</summary>
    private static bool IsTaken(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>The process that holds the lock, as it announced itself.</summary>
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
    /// Leaves the process id for whoever is refused. Only after the start-up checks, for a refused start changes no file.
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

        held.Dispose();
    }
}
