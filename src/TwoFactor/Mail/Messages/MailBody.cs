namespace TwoFactor.Mail.Messages;

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

/// <summary>The paragraphs of a message, written once and rendered as text and as HTML, so that both parts say the same.</summary>
internal sealed class MailBody
{
    private const int Width = 72;

    private const string Style = """
        :root{color-scheme:light dark}
        body{margin:1.5rem;background:#FFFFFF;color:#171C20;
         font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        p,hr{max-width:34rem;margin:0 0 1rem;overflow-wrap:anywhere}
        b{font-weight:600}
        a{display:block;color:#0E5A70}
        hr{border:0;border-top:1px solid #D8DCD6}
        @media (prefers-color-scheme:dark){body{background:#171C20;color:#E8ECEE}a{color:#7CC6DB}hr{border-top-color:#313A41}}
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly List<Paragraph> paragraphs = [];

    /// <param name="address">A link. It is shown in full, alone on its line, so that the reader can check it.</param>
    public MailBody Says(string text, string? address = null) =>
        Add(new Paragraph(null, SingleLineText.From(text), address, IsFact: false));

    /// <summary>A question that the reader asks, and what to do then.</summary>
    public MailBody Asks(string question, string text, string? address = null) =>
        Add(new Paragraph(question, SingleLineText.From(text), address, IsFact: false));

    public MailBody Fact(string label, string value) => Add(new Paragraph(label + ":", SingleLineText.From(value), null, IsFact: true));

    public MailBody Rule() => Add(Paragraph.Rule);

    public string ToText()
    {
        var text = new StringBuilder();
        Paragraph? before = null;
        foreach (var paragraph in paragraphs)
        {
            if (before is not null && !(before.IsFact && paragraph.IsFact) && before != Paragraph.Rule)
            {
                text.Append('\n');
            }

            foreach (var line in SingleLineText.Wrap(paragraph.Lead is null ? paragraph.Text : $"{paragraph.Lead} {paragraph.Text}", Width))
            {
                text.Append(line).Append('\n');
            }

            if (paragraph.Address is { } address)
            {
                text.Append(address).Append('\n');
            }

            before = paragraph;
        }

        return text.ToString();
    }

    public string ToHtml(string title)
    {
        var html = new StringBuilder()
            .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
                + "content=\"light dark\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Encoder.Encode(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        foreach (var paragraph in paragraphs)
        {
            html.Append(paragraph == Paragraph.Rule ? "<hr>" : ToHtml(paragraph)).Append('\n');
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static string ToHtml(Paragraph paragraph)
    {
        var lead = paragraph.Lead is { } words ? $"<b>{Encoder.Encode(words)}</b> " : "";
        var link = paragraph.Address is { } address ? $" <a href=\"{Encoder.Encode(address)}\">{Encoder.Encode(address)}</a>" : "";
        return $"<p>{lead}{Encoder.Encode(paragraph.Text)}{link}</p>";
    }

    private MailBody Add(Paragraph paragraph)
    {
        paragraphs.Add(paragraph);
        return this;
    }

    private sealed record Paragraph(string? Lead, string Text, string? Address, bool IsFact)
    {
        public static readonly Paragraph Rule = new(null, "--", null, IsFact: false);
    }
}
