namespace TwoFactor.Hosting;

using System.Globalization;
using TwoFactor.Storage;

/// <summary>One server a data directory. The lock is the operating system's, so a killed server leaves none behind.</summary>
public sealed class ServeLock : IDisposable
{
    private const string LockFile = "serve.lock";
    private const string ProcessFile = "serve.pid";

    private readonly FileStream held;
    private readonly string processFile;
    private bool announced;

    private ServeLock(FileStream held, string processFile) => (this.held, this.processFile) = (held, processFile);

    /// <summary>Takes the lock. Null: another server has it.</summary>
    public static ServeLock? TryTake(DataDirectory data)
    {
        try
        {
            return new ServeLock(
                new FileStream(data.File(LockFile), DataDirectory.OwnerOnly(FileMode.OpenOrCreate)), data.File(ProcessFile));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The process that holds the lock, as it announced itself.</summary>
    public static string Holder(DataDirectory data)
    {
        try
        {
            return File.ReadAllText(data.File(ProcessFile)).Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
    }

    /// <summary>Leaves the process id for whoever is refused. Only after the start-up checks, for a refused start changes no file.</summary>
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
