namespace TwoFactor.Tests.Harness;

using System.Globalization;
using System.Runtime.CompilerServices;

/// <summary>Temporary files of this process, and of those that it starts, lie in memory where the machine has room for them.</summary>
/// <remarks>
/// Each commit waits for the disk otherwise, several milliseconds long. What a killed process wrote survives it there as on a disk;
/// only a machine without power would tell them apart.
/// </remarks>
internal static class MemoryFolder
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "twofactor-tests-";
    private const string Variable = "TMPDIR";
    private const long Room = 1L << 30;

    /// <summary>Who names a folder gets that one. A container's usual 64 MB are not enough.</summary>
    [ModuleInitializer]
    internal static void Choose()
    {
        // What is started from here is as little worth watching as the tests themselves: see TieredPGO in the project.
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");

        // Nor does a server of a few people need a heap for each processor.
        Environment.SetEnvironmentVariable("DOTNET_gcServer", "0");
        if (OperatingSystem.IsWindows()
            || Environment.GetEnvironmentVariable(Variable) is not null
            || !Directory.Exists(Memory)
            || new DriveInfo(Memory).AvailableFreeSpace < Room)
        {
            return;
        }

        // Of runs that were killed.
        foreach (var left in Directory.GetDirectories(Memory, Prefix + "*")
            .Where(left => !Directory.Exists("/proc/" + left.Split('-')[^1])))
        {
            Remove(left);
        }

        var folder = Path.Combine(Memory, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable(Variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or still in use: the next run tries again.
        }
    }
}
