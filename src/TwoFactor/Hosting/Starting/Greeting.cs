namespace TwoFactor.Hosting;

using System.Text;
using TwoFactor.Administration;
using TwoFactor.Mail;
using TwoFactor.Storage;

/// <summary>What a started server says: where it listens, and on the first start where to go.</summary>
public sealed class Greeting(FirstStart firstStart, PublicUrl publicUrl, DataDirectory data)
{
    private const string LinkFile = "setup-link";

    /// <param name="terminal">A person reads along: the link itself is shown. Otherwise only the file that has it.</param>
    public async Task WriteAsync(TextWriter output, bool terminal, CancellationToken cancellation)
    {
        await output.WriteLineAsync($"TwoFactor listens on {publicUrl.Origin}");
        var file = data.File(LinkFile);
        if (await firstStart.MakeLinkAsync(cancellation) is { } token)
        {
            var link = publicUrl.Link($"/setup/{token.Reveal()}");
            await DataDirectory.WriteFileAsync(file, Encoding.UTF8.GetBytes(link + "\n"), cancellation);
            await output.WriteLineAsync(terminal
                ? $"First start: open {link} (once, within this run)"
                : $"First start: open the link in {file} (once, within this run)");
        }
        else
        {
            File.Delete(file);
        }

        await output.WriteLineAsync($"Mail is not set up: mails are written to {data.File(OutboxSender.Folder)}");
        await output.FlushAsync(cancellation);
    }
}
