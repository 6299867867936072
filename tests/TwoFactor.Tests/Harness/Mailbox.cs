namespace TwoFactor.Tests.Harness;

using System.Text.RegularExpressions;
using MimeKit;
using Xunit;

/// <summary>What lies in the outbox folder, opened as a mail program opens it.</summary>
/// <param name="folder">Holds one .eml file per mail; it may appear later.</param>
public sealed class Mailbox(string folder)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <summary>All mails there are, oldest first, whether taken or not.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> AllAsync()
    {
        var messages = new List<ReceivedMail>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : [])
        {
            messages.Add(new ReceivedMail(file, await MimeMessage.LoadAsync(file, TestContext.Current.CancellationToken)));
        }

        return [.. messages.OrderBy(message => File.GetLastWriteTimeUtc(message.File))
            .ThenBy(message => message.File, StringComparer.Ordinal)];
    }

    /// <summary>Waits for a mail and takes it: the next call gets another one.</summary>
    /// <param name="to">The address it is for.</param>
    /// <param name="subject">A part of its subject.</param>
    public Task<ReceivedMail> TakeAsync(string to, string subject = "") => Eventually.GetAsync(
        async () =>
        {
            var message = (await AllAsync()).FirstOrDefault(message => !taken.Contains(message.File)
                && message.To.Equals(to, StringComparison.OrdinalIgnoreCase)
                && message.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase));
            if (message is not null)
            {
                taken.Add(message.File);
            }

            return message;
        },
        () => $"No mail \"{subject}\" for {to} came to {folder}.");
}

/// <summary>One mail, and the file that it lies in.</summary>
public sealed partial record ReceivedMail(string File, MimeMessage Message)
{
    public string To => string.Join(", ", Message.To.Mailboxes.Select(mailbox => mailbox.Address));

    public string Subject => Message.Subject ?? "";

    public string Text => Message.TextBody ?? "";

    public string Html => Message.HtmlBody ?? "";

    /// <summary>The addresses in its text, in the order in which they stand.</summary>
    public IReadOnlyList<Uri> Links => [.. Address().Matches(Text).Select(link => new Uri(link.Value))];

    /// <summary>The one link whose path begins so: <c>Link("/invitation/")</c>.</summary>
    public Uri Link(string path) => Assert.Single(Links.Distinct(), link => link.AbsolutePath.StartsWith(path, StringComparison.Ordinal));

    [GeneratedRegex(@"https?://[^\s<>""]*[^\s<>"".,;)]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
