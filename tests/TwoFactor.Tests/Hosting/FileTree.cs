namespace TwoFactor.Tests.Hosting;

using System.Security.Cryptography;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A folder as a careful operator compares it: every name below it, its mode and its content.</summary>
internal static class FileTree
{
    /// <summary>One line per folder and file, in the order of names.</summary>
    public static IReadOnlyList<string> Of(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Append(folder)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Mode(path)} {Path.GetRelativePath(folder, path)} {Content(path)}"),
    ];

    /// <summary>Everything, modes and times too; the target must not exist yet.</summary>
    public static async Task CopyAsync(string from, string to)
    {
        var copied = await Execution.RunAsync("cp", ["-a", from, to]);
        Assert.True(copied.ExitCode is 0, copied.Error);
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static string Content(string path) =>
        Directory.Exists(path) ? "folder" : Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
