namespace TwoFactor.Tests.Harness;

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Hosting.Startup;
using Xunit;

/// <summary>
/// What the first start leaves in a data directory: tables, canary, MAC key, key ring, one event. The program itself makes it once
/// for each moment, and every test takes a copy.
/// </summary>
internal sealed class PreparedDirectory
{
    private static readonly ConcurrentDictionary<DateTimeOffset, Lazy<Task<PreparedDirectory>>> Made = new();

    private readonly List<(string Path, UnixFileMode Mode)> folders = [];
    private readonly List<(string Path, UnixFileMode Mode, byte[] Content)> files = [];

    private PreparedDirectory(DirectoryInfo made)
    {
        foreach (var entry in made.EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(made.FullName, entry.FullName);
            if (entry is FileInfo file)
            {
                files.Add((path, file.UnixFileMode, File.ReadAllBytes(file.FullName)));
            }
            else
            {
                folders.Add((path, entry.UnixFileMode));
            }
        }
    }

    /// <param name="start">When it was started first.</param>
    public static Task<PreparedDirectory> AtAsync(DateTimeOffset start) =>
        Made.GetOrAdd(start, moment => new Lazy<Task<PreparedDirectory>>(() => Task.Run(() => MakeAsync(moment)))).Value;

    /// <summary>Everything as the program made it, with its modes.</summary>
    public void CopyTo(string directory)
    {
        foreach (var (path, mode) in folders)
        {
            SetMode(Directory.CreateDirectory(Path.Combine(directory, path)).FullName, mode);
        }

        foreach (var (path, mode, content) in files)
        {
            var copy = Path.Combine(directory, path);
            File.WriteAllBytes(copy, content);
            SetMode(copy, mode);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static async Task<PreparedDirectory> MakeAsync(DateTimeOffset start)
    {
        var home = Directory.CreateTempSubdirectory("twofactor-prepared-");
        var settings = TestHost.Read(home.FullName);
        var collection = new ServiceCollection().AddLogging().AddCheapTwoFactor(settings);
        collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(start)));
        await using (var services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true }))
        {
            await using var scope = services.CreateAsyncScope();
            var first = scope.ServiceProvider.GetRequiredService<StartUp>();
            Assert.Null(await first.PrepareDatabaseAsync(create: true, CancellationToken.None));
            Assert.Null(await first.PrepareKeysAsync(create: true, CancellationToken.None));
        }

        // The last connection to close writes what stands beside the database into it.
        ConnectionPools.Clear(settings.ConnectionString);
        var prepared = new PreparedDirectory(home);
        home.Delete(recursive: true);
        return prepared;
    }
}
