namespace TwoFactor.Hosting.Startup;

using System.Text;
using TwoFactor.Administration;
using TwoFactor.Mail;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>The messages of a started server: where it listens, and on the first start where to go.</summary>
public sealed class StartupMessages(InitialSetup initialSetup, PublicUrl publicUrl, DataDirectory data, MailRoute route)
{
    private const string LinkFile = "setup-link";

    /// <summary>Makes this start's set-up link, if the set-up is not complete, before anybody can open a page.</summary>
    /// <param name="terminal">Whether a person reads the output: then the link itself is shown, otherwise the name of the file that has
    /// it.</param>
    public async Task<IReadOnlyList<string>> PrepareAsync(bool terminal, CancellationToken cancellation)
    {
        var lines = new List<string> { $"TwoFactor listens on {publicUrl.Origin}" };
        var file = data.File(LinkFile);
        if (await initialSetup.MakeLinkAsync(cancellation) is { } token)
        {
            var link = publicUrl.Link($"/setup/{token.Reveal()}");
            await DataDirectory.WriteFileAsync(file, Encoding.UTF8.GetBytes(link + "\n"), cancellation);
            lines.Add($"First start: open {(terminal ? link : $"the link in {file}")} (once, within this run)");
        }
        else
        {
            File.Delete(file);
        }

        if (!route.IsSetUp)
        {
            lines.Add($"Mail is not set up: mails are written to {data.File(PickupFolder.Name)}");
        }

        return lines;
    }
}
