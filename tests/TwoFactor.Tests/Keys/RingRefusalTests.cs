namespace TwoFactor.Tests.Keys;

using System.Globalization;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Hosting;
using Xunit;

/// <summary>
/// A ring that does not fit the secrets in the database stops everything: the cause is named with numbers, and not one byte changes.
/// </summary>
[Slow]
public sealed class RingRefusalTests(RingRefusalTests.StoppedServer stopped) : IClassFixture<RingRefusalTests.StoppedServer>
{
    [Fact]
    public Task A_missing_ring_is_never_made_anew() =>
        AssertRefusedAsync(ring => Directory.Delete(ring, recursive: true), " (the folder is missing)");

    [Fact]
    public Task An_empty_ring_is_never_filled() =>
        AssertRefusedAsync(ring => RingFiles.In(ring).ToList().ForEach(File.Delete), "");

    [Fact]
    public Task An_older_ring_lacks_the_key_that_the_secrets_are_under() =>
        AssertRefusedAsync(ring => File.Delete(Path.Combine(ring, Path.GetFileName(stopped.Newer))), "");

    [Fact]
    public Task A_foreign_ring_opens_nothing() =>
        AssertRefusedAsync(
            ring =>
            {
                Directory.Delete(ring, recursive: true);
                RingFiles.Add(ring, DateTimeOffset.UnixEpoch);
            },
            "");

    [Fact]
    public Task A_key_of_the_right_name_with_other_bits_opens_no_canary() =>
        AssertRefusedAsync(
            ring =>
            {
                foreach (var file in RingFiles.In(ring))
                {
                    const string begin = "<value>";
                    var text = File.ReadAllText(file);
                    var at = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
                    Assert.True(at >= begin.Length);
                    File.WriteAllText(file, string.Concat(text.AsSpan(0, at), text[at] is 'A' ? "B" : "A", text.AsSpan(at + 1)));
                }
            },
            "");

    [Fact]
    public Task One_corrupt_file_is_told_as_such() =>
        AssertRefusedAsync(
            ring =>
            {
                using var file = new FileStream(RingFiles.In(ring)[0], FileMode.Open, FileAccess.Write);
                file.SetLength(file.Length / 2);
            },
            " (a key file cannot be read: *)");

    [Fact]
    public async Task A_ring_that_fits_starts_again()
    {
        await using var server = await stopped.CopyAsync();

        var check = await server.RunAsync(["keys", "check"]);
        Assert.Equal((0, "The key ring fits: 2 key(s) in use, each opens its canary.\n", ""), (check.ExitCode, check.Output, check.Error));

        await server.StartAsync();
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(2, RingFiles.In(RingFiles.FolderOf(server)).Count);
    }

    /// <summary>Spoils the ring of a copy, and lets the server and the command say so.</summary>
    /// <param name="cause">A star stands for the words of the runtime.</param>
    private async Task AssertRefusedAsync(Action<string> spoil, string cause)
    {
        await using var server = await stopped.CopyAsync();
        var ring = RingFiles.FolderOf(server);
        spoil(ring);
        var before = FileTree.Of(server.DataDirectory);

        foreach (var arguments in new string[][] { ["serve"], ["keys", "check"] })
        {
            var refused = await server.RunAsync(arguments);

            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            var sentence = $"The key ring in {ring} cannot read 2 of 2 secrets in the database{cause}. Nothing was changed. Restore "
                + "the ring from your backup, then run: keys check\n";
            var parts = sentence.Split('*');
            Assert.StartsWith(parts[0], refused.Error, StringComparison.Ordinal);
            Assert.EndsWith(parts[^1], refused.Error, StringComparison.Ordinal);
            Assert.Equal(before, FileTree.Of(server.DataDirectory));
        }
    }

    /// <summary>
    /// A first start on a ring of two keys, a person who scanned a picture, a clean stop: two secrets under the newer key.
    /// </summary>
    public sealed class StoppedServer : IAsyncLifetime
    {
        private readonly ServerProcess server = new();

        public string Newer { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            var ring = RingFiles.FolderOf(server);
            RingFiles.Add(ring, DateTimeOffset.UnixEpoch);
            Newer = RingFiles.Add(ring, DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture));
            await server.StartAsync();
            using var ada = new NewUser(server, "ada");
            Assert.Equal("/enroll", (await ada.OpenSetupAsync()).Path);
            Assert.Equal(0, await server.StopAsync());
        }

        public async Task<ServerProcess> CopyAsync()
        {
            var copy = new ServerProcess();
            await FileTree.CopyAsync(server.DataDirectory, copy.DataDirectory);
            return copy;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
