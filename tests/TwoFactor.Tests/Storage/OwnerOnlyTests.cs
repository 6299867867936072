namespace TwoFactor.Tests.Storage;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Hosting;
using Xunit;

/// <summary>What lies in the data directory is for its owner alone, whatever the umask says and whoever made the folder.</summary>
[Slow]
public sealed class OwnerOnlyTests
{
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder = File | UnixFileMode.UserExecute;

    [Fact]
    public async Task Folders_are_0700_and_files_0600_while_it_runs_and_after_it_stopped()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        Assert.Equal(0, (await server.RunAsync(["account", "add", "bob", "--mail", "bob@acme.example"])).ExitCode);
        await server.Mailbox.TakeAsync("bob@acme.example");

        Assert.Superset(
            new HashSet<string>(
                StringComparer.Ordinal) { "serve.lock", "serve.pid", "setup-link", "twofactor.db", "twofactor.db-shm", "twofactor.db-wal" },
            Directory.EnumerateFiles(server.DataDirectory).Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.Ordinal));
        AssertOwnerOnly(server.DataDirectory);

        Assert.Equal(0, await server.StopAsync());

        Assert.Equal(
            ["high-water", "serve.lock", "setup-link", "twofactor.db"],
            Directory.EnumerateFiles(server.DataDirectory).Select(file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "keys", "secrets"), "*.xml"));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "keys", "cookies"), "*.xml"));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "outbox"), "*.eml"));
        AssertOwnerOnly(server.DataDirectory);
    }

    [Theory]
    [InlineData("umask 000")]
    [InlineData("umask 000; mkdir -m 0755 data")]
    [InlineData("umask 022; mkdir -m 0777 -p data/keys/secrets data/keys/cookies data/outbox")]
    public async Task Neither_an_open_umask_nor_an_open_folder_opens_anything(string before)
    {
        await using var place = new ServerProcess();

        var run = await Shell.RunAsync(
            place,
            $"""
             {before}
             serve > said & server=$!
             started $server
             twofactor account add bob --mail bob@acme.example
             until ls data/outbox/*.eml; do sleep 0.05; done
             ls -lR data
             find data \( -type d ! -perm 0700 -o -type f ! -perm 0600 \) > open
             kill -TERM $server; wait $server; code=$?
             exit $code
             """,
            ("Urls", place.Address.GetLeftPart(UriPartial.Authority)));

        Assert.True(run.ExitCode is 0, run.Error + run.Output);
        Assert.Contains("twofactor.db-wal", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            "",
            await System.IO.File.ReadAllTextAsync(Path.Combine(place.DataDirectory, "..", "open"), TestContext.Current.CancellationToken));
        AssertOwnerOnly(place.DataDirectory);
    }

    private static void AssertOwnerOnly(string folder)
    {
        var open = new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Prepend(new DirectoryInfo(folder))
            .Where(entry => entry.UnixFileMode != (entry is DirectoryInfo ? Folder : File))
            .Select(entry => $"{entry.FullName} {entry.UnixFileMode}");
        Assert.Empty(open);
    }
}
