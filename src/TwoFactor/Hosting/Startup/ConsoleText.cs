namespace TwoFactor.Hosting.Startup;

/// <summary>Text for whoever reads the standard streams. They may be closed, or on a full disk: that stops nothing.</summary>
public static class ConsoleText
{
    /// <summary>Writes lines. Returns false when they could not be written.</summary>
    public static async Task<bool> TrySayAsync(TextWriter stream, params IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(lines);
        try
        {
            foreach (var line in lines)
            {
                await stream.WriteLineAsync(line);
            }

            await stream.FlushAsync(CancellationToken.None);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }
    }
}
