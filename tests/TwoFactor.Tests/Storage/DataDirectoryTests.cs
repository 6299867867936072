namespace TwoFactor.Tests.Storage;

using TwoFactor.Storage;
using Xunit;

/// <summary>Files that are written under another name first, and what a kill leaves of them.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("twofactor-unfinished-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_left_half_written_is_deleted_when_it_is_an_hour_old_and_nothing_else_is()
    {
        var now = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
        var mark = Path.Combine(folder.FullName, "high-water");
        var (old, young) = (DataDirectory.UnfinishedName(mark), DataDirectory.UnfinishedName(mark));
        var foreign = Path.Combine(folder.FullName, "notes.part");
        foreach (var (file, age) in new[] { (mark, 2), (old, 2), (foreign, 2), (young, 0) })
        {
            await File.WriteAllTextAsync(file, "…", Cancellation);
            File.SetLastWriteTimeUtc(file, now.UtcDateTime.AddHours(-age));
        }

        DataDirectory.DeleteUnfinished(folder.FullName, now);

        Assert.Equal(
            new[] { mark, foreign, young }.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_link_that_was_planted_in_place_of_a_file_is_replaced_and_not_followed()
    {
        var (victim, file) = (Path.Combine(folder.FullName, "victim"), Path.Combine(folder.FullName, "high-water"));
        await File.WriteAllTextAsync(victim, "mine", Cancellation);
        File.CreateSymbolicLink(file, victim);
        File.CreateSymbolicLink(file + ".part", victim);

        await DataDirectory.WriteFileAsync(file, "new"u8.ToArray(), Cancellation);

        Assert.Equal("mine", await File.ReadAllTextAsync(victim, Cancellation));
        Assert.Equal(("new", null), (await File.ReadAllTextAsync(file, Cancellation), new FileInfo(file).LinkTarget));
    }
}
