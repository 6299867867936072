namespace TwoFactor.Mail.Messages;

using System.Globalization;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// What all mails share: who we are, where links lead, how a moment is written, how a mail ends. A link in a mail opens a page that
/// asks: mail scanners open links.
/// </summary>
public sealed class MailLayout(PublicUrl publicUrl, Brand brand, TimeProvider time)
{
    public Brand Brand => brand;

    internal UnixTime Now => time.Now();

    internal static string Moment(UnixTime at) =>
        at.ToDateTimeOffset().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal string Page(string path) => publicUrl.Link(path);

    internal string Link(string path, Token token) => publicUrl.Link(path + token.Reveal());

    /// <summary>What an agent did.</summary>
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
