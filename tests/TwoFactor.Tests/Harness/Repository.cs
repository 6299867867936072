namespace TwoFactor.Tests.Harness;

/// <summary>The working copy that these tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds TwoFactor.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Every file below a folder of the root; what a build left there does not count.</summary>
    public static IEnumerable<string> FilesBelow(string folder) =>
        Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "TestResults"))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TwoFactor.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No TwoFactor.sln above {AppContext.BaseDirectory}: the tests run where they were built.");
    }
}
