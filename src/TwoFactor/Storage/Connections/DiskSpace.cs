namespace TwoFactor.Storage.Connections;

using Microsoft.Data.Sqlite;
using SQLitePCL;

/// <summary>The disk of the database is full: nothing was written. It goes on by itself once there is room.</summary>
public sealed class DiskFullException(Exception cause) : BusyException("The disk of the database is full.", Later, cause)
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);
}

/// <summary>Whether the disk took what was last written to it. A singleton.</summary>
public sealed class DiskSpace(DatabaseConnection database, ILogger<DiskSpace> log)
{
    /// <summary>Bytes that must be free before a full disk counts as one with room: SQLite writes little within its own files.</summary>
    private const long Room = 1 << 20;

    /// <summary>ENOSPC, on Linux and macOS.</summary>
    private const int NoSpace = 28;

    private int isFull;

    public bool IsFull => Volatile.Read(ref isFull) != 0;

    /// <summary>Whether an exception says that the disk is full: one of SQLite, or one of a file.</summary>
    public static bool Says(Exception? exception) => exception switch
    {
        null => false,
        DiskFullException or IOException { HResult: NoSpace } => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_FULL || sqlite.SqliteExtendedErrorCode is raw.SQLITE_IOERR_SHMSIZE,
        _ => Says(exception.InnerException),
    };

    /// <summary>Notes that the disk is full. The log says it once.</summary>
    public void NoteFull()
    {
        if (Interlocked.Exchange(ref isFull, 1) == 0)
        {
            log.DiskFull();
        }
    }

    /// <summary>Notes that something was written.</summary>
    public void NoteWritten()
    {
        if (IsFull && HasRoom() && Interlocked.Exchange(ref isFull, 0) == 1)
        {
            log.DiskHasRoom();
        }
    }

    private bool HasRoom()
    {
        try
        {
            return new DriveInfo(database.Folder).AvailableFreeSpace >= Room;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Not every kind of folder says how much is free. That something was written must do then.
            return true;
        }
    }
}

/// <summary>Asks a full disk again, by writing a row as it is.</summary>
public sealed class DiskProbe(DiskSpace disk, UnitOfWork unitOfWork)
{
    /// <summary>Returns true when nothing says that the disk is full, or when it takes a row again.</summary>
    public async Task<bool> HasRoomAsync(CancellationToken cancellation)
    {
        if (!disk.IsFull)
        {
            return true;
        }

        try
        {
            await unitOfWork.RunAsync(
                Actor.Server,
                Locks.None,
                async work => new Committed<int>(await work.ExecuteAsync($"UPDATE instance SET admin_rev=admin_rev WHERE id=1")),
                cancellation);
            return !disk.IsFull;
        }
        catch (BusyException)
        {
            return false;
        }
    }
}
