namespace TwoFactor.Benchmarks;

using System.Diagnostics;

/// <summary>What people run is measured: the program as <c>dotnet publish</c> makes it, compiled ahead.</summary>
internal static class PublishedProgram
{
    private static readonly string Folder = System.IO.Path.Combine(AppContext.BaseDirectory, "published");

    public static string Path { get; } = System.IO.Path.Combine(Folder, "TwoFactor.dll");

    /// <summary>Publishes the source of now. It takes most of a minute where something changed.</summary>
    public static async Task MakeAsync()
    {
        var project = System.IO.Path.Combine(Root(), "src", "TwoFactor");
        string[] options = ["--configuration", "Release", "--output", Folder, "--verbosity", "quiet"];
        using var publish = Process.Start("dotnet", ["publish", project, .. options]);
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException("The program could not be published; dotnet says why, above.");
        }
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "TwoFactor.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No TwoFactor.sln above {AppContext.BaseDirectory}: benchmarks run where they were built.");
    }
}
