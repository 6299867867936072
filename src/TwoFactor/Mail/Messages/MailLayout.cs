namespace TwoFactor.Mail.Messages;

using System.Globalization;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// What all mails share: the brand, the addresses of links, the format of a time, the end of a mail. A link in a mail opens a page that
/// asks first, because mail scanners open links.
/// </summary>
public sealed class MailLayout(PublicUrl publicUrl, Brand brand, TimeProvider time)
{
    public Brand Brand => brand;

    internal UnixTime Now => time.Now();

    internal static string Moment(UnixTime at) =>
        at.ToDateTimeOffset().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal string Page(string path) => publicUrl.Link(path);

    internal string Link(string path, Token token) => publicUrl.Link(path + token.Reveal());

    /// <summary>Adds who did it and why, how the person was checked, and when.</summary>
    internal static MailBody Build(MailBody body, ResetFacts facts)
    {
        body.Fact("Who", facts.By);
        if (facts.Reason is { } reason)
        {
            body.Fact("Why", reason);
        }

        if (facts.Verified is { } verified)
        {
            body.Fact("How it was checked who asked", verified);
        }

        return body.Fact("When", Moment(facts.At));
    }

    internal MailMessage Finish(MailKind kind, Recipient to, string subject, MailBody body)
    {
        body.Says($"Questions? Contact {brand.SupportText}.", brand.SupportUrl)
            .Rule()
            .Says("We never ask for a code, a recovery code or a password by mail or phone.");
        var title = SingleLineText.From(subject);
        return new MailMessage(kind, to.Account, to.Mail, SingleLineText.From(to.Name), title, body.ToText(), body.ToHtml(title));
    }
}
