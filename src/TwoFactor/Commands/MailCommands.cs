namespace TwoFactor.Commands;

using System.CommandLine;
using System.Globalization;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;
using TwoFactor.Web.Text;

/// <summary><c>mail …</c>: mail that was not sent. The text of a mail is never shown.</summary>
internal static class MailCommands
{
    public static Command Build()
    {
        var list = new Command("list", "What was not sent: to whom, what about, since when, why, and when it is tried again");
        list.SetAction(
            (parsed, cancellation) => CommandHost.RunAsync(parsed, (services, token) => ListAsync(parsed, services, token), cancellation));
        var retry = new Command("retry", "Try all of it again at once, also what was set aside; the running server sends it");
        retry.SetAction(
            (parsed, cancellation) => CommandHost.RunAsync(parsed, (services, token) => RetryAsync(parsed, services, token), cancellation));
        return new Command("mail", "Mail that was not sent") { list, retry };
    }

    private static async Task<int> ListAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        var found = new List<UnsentMessage>();
        var mail = services.GetRequiredService<UnsentMail>();
        Guid? before = null;
        do
        {
            var page = await mail.ListAsync(null, before, cancellation);
            found.AddRange(page.Messages);
            before = page.Older;
        }
        while (before is not null);

        await Json.WriteAsync(parsed, found.Select(Row), [.. found.Select(Line).DefaultIfEmpty("Nothing waits to be sent.")]);
        return 0;
    }

    private static async Task<int> RetryAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation)
    {
        var count = await services.GetRequiredService<UnsentMail>().RetryAsync(null, Actor.Console, cancellation);
        await Json.WriteAsync(
            parsed,
            new { Retried = count },
            count == 0 ? "Nothing waits that can be tried again." : string.Create(
                CultureInfo.InvariantCulture, $"Due now: {count}. A mail server that could not be used is called again within minutes."));
        return 0;
    }

    private static object Row(UnsentMessage message) => new
    {
        message.Id,
        message.Kind,
        message.To,
        message.Subject,
        Since = Moment(message.Since),
        message.Tries,
        message.Why,
        NextTry = message.NextTryAt is { } next ? Moment(UnixTime.Max(next, message.Since)) : null,
        SetAside = message.IsSetAside,
    };

    private static string Line(UnsentMessage message) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Moment(message.Since)}\t{message.To ?? "-"}\t{message.Subject ?? "-"}\t{message.Tries}\t{message.Why}");

    private static string Moment(UnixTime at) => Times.Iso(at.ToDateTimeOffset());
}
