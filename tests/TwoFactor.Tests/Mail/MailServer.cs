namespace TwoFactor.Tests.Mail;

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MimeKit;
using TwoFactor.Mail.Sending;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A mail server that this project did not write (Debian's aiosmtpd), as a process of its own. What it answers stands in
/// mail-server.py.
/// </summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("twofactor-smtp-");
    private readonly string[] options;
    private readonly ConcurrentQueue<string> errors = new();
    private Process? process;

    private MailServer(string[] options) => this.options = options;

    /// <summary>The same after each start.</summary>
    public int Port { get; private set; }

    private Process Running => process ?? throw new InvalidOperationException("The mail server does not run.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="options">Of mail-server.py.</param>
    public static async Task<MailServer> StartAsync(params string[] options)
    {
        var server = new MailServer(options);
        await server.StartAgainAsync();
        return server;
    }

    public static Task<MailServer> StartWithStartTlsAsync(CertificateAuthority certificateAuthority, params string[] more) =>
        StartAsync(["--starttls", certificateAuthority.Certificate, certificateAuthority.Key, .. more]);

    public static Task<MailServer> StartWithTlsAsync(CertificateAuthority certificateAuthority, params string[] more) =>
        StartAsync(["--tls", certificateAuthority.Certificate, certificateAuthority.Key, .. more]);

    public SmtpOptions Options(
        SmtpSecurity security, CertificateAuthority? certificateAuthority = null, string? userName = null, string? password = null,
        string helloName = "sso.acme.example") =>
        new("127.0.0.1", Port, security, userName, password, certificateAuthority?.Trusted, helloName);

    /// <summary>Starts it on the port that it had.</summary>
    public async Task StartAgainAsync()
    {
        Assert.Null(process);
        SlowAttribute.RequireFor("A mail server");
        string[] port = Port == 0 ? [] : ["--port", Port.ToString(CultureInfo.InvariantCulture)];
        var start = new ProcessStartInfo(
            Tool.Aiosmtpd.RequirePython(),
            [
                Repository.PathOf("tests", "TwoFactor.Tests", "Mail", "mail-server.py"), folder.FullName, .. options, .. port
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start) ?? throw new InvalidOperationException("The mail server did not start.");
        process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        Port = int.Parse(
            await process.StandardOutput.ReadLineAsync(Cancellation)
                ?? throw new InvalidOperationException($"The mail server ended at once. It said: {string.Join('\n', errors)}"),
            CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a mail for somebody called silent is whole, and unanswered.</summary>
    public Task HasFallenSilentAsync() => SaysAsync("silent");

    /// <summary>Waits until a mail for somebody called held is the server's, and its sender does not know yet.</summary>
    public Task HoldsItsYesAsync() => SaysAsync("held");

    /// <summary>Lets that yes go, and returns when it has left.</summary>
    public async Task SayYesAsync()
    {
        await Running.StandardInput.WriteLineAsync();
        await Running.StandardInput.FlushAsync(Cancellation);
        await SaysAsync("yes");
    }

    /// <summary>As if somebody pulled its plug.</summary>
    public async Task KillAsync()
    {
        using var ended = Running;
        ended.Kill();
        await ended.WaitForExitAsync(CancellationToken.None);
        process = null;
    }

    /// <summary>The mails that it said yes to, in their order.</summary>
    public async Task<IReadOnlyList<TakenMail>> MessagesAsync()
    {
        var messages = new List<TakenMail>();
        foreach (var file in folder.GetFiles("*.eml").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            messages.Add(new TakenMail(await MimeMessage.LoadAsync(file.FullName, Cancellation)));
        }

        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await KillAsync();
        }

        folder.Delete(recursive: true);
    }

    private async Task SaysAsync(string word)
    {
        var said = await Running.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.True(string.Equals(word, said, StringComparison.Ordinal), $"It said {said}, not {word}. {string.Join('\n', errors)}");
    }
}

/// <summary>A mail as the server took it.</summary>
public sealed record TakenMail(MimeMessage Message)
{
    public string To => Message.To.Mailboxes.Single().Address;

    /// <summary>Sender and recipients of the envelope.</summary>
    public string Envelope => Message.Headers["X-Envelope"] ?? "";

    public string Connection => Message.Headers["X-Connection"] ?? "";

    /// <summary>What the sender called itself.</summary>
    public string Hello => Message.Headers["X-Hello"] ?? "";

    public bool IsProtected => Message.Headers["X-Protected"] is "True";

    public bool IsLoggedIn => Message.Headers["X-Login"] is "True";
}
