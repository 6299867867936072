namespace TwoFactor.Mail.Sending;

using TwoFactor.Storage;

/// <summary>The folder <c>outbox</c> of the data directory. Messages are written there while there is no mail server.</summary>
public sealed class PickupFolder(DataDirectory directory, MailLimits limits, TimeProvider time)
{
    public const string Name = "outbox";

    /// <summary>Files that we write, finished or not.</summary>
    private static readonly string[] Ours = ["*.eml", "*.eml.*.part"];

    public string Path { get; } = directory.File(Name);

    internal void Make() => DataDirectory.MakeFolder(Path);

    internal Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        DataDirectory.WriteFileAsync(System.IO.Path.Combine(Path, name), content, cancellation);

    /// <summary>Erases old files. It runs also when a mail server is set up, because files from before may still be there.</summary>
    internal void EraseOld()
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        var oldest = time.GetUtcNow().AddDays(-limits.FileDays).UtcDateTime;
        foreach (var file in Ours.SelectMany(name => Directory.EnumerateFiles(Path, name))
            .Where(file => File.GetLastWriteTimeUtc(file) <= oldest))
        {
            File.Delete(file);
        }
    }
}
