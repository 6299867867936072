namespace TwoFactor.Tests.Harness;

using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Io;
using Xunit;

/// <summary>What a visitor has before him.</summary>
/// <param name="Address">After all redirects.</param>
/// <param name="Redirects">The status and the Location of each redirect on the way.</param>
public sealed record VisitedPage(
    Uri Address, HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, byte[] Content,
    IHtmlDocument Document, IReadOnlyList<(HttpStatusCode Status, Uri To)> Redirects)
{
    /// <summary>Path and query.</summary>
    public string Path => Address.PathAndQuery;

    public string Title => Document.Title ?? "";

    public string Heading => Said(Document.QuerySelector("h1"));

    /// <summary>The words of the page, single-spaced, without markup.</summary>
    public string Words => Said(Document.Body);

    public string Html => System.Text.Encoding.UTF8.GetString(Content);

    /// <summary>The words of the first element that a selector finds; fails when there is none.</summary>
    public string WordsOf(string selector)
    {
        var found = Document.QuerySelector(selector);
        Assert.True(found is not null, $"No {selector} on {Path}: {Words}");
        return Said(found);
    }

    /// <summary>Where the link with these words leads.</summary>
    public Uri Link(string words) => new(Assert.Single(
        Document.Links.OfType<IHtmlAnchorElement>(), link => string.Equals(Said(link), words, StringComparison.Ordinal)).Href);

    /// <summary>A field by its name or by a token of its autocomplete attribute; null when the page has none.</summary>
    public IHtmlElement? Field(string field) =>
        Document.Forms.Select(form => FieldIn(form, field)).FirstOrDefault(found => found is not null);

    /// <summary>Fills in the one form that has these fields and this button, as a person does, and gives what its button sends.</summary>
    internal DocumentRequest Fill(string? button, IReadOnlyList<(string Field, string? Value)> fields)
    {
        var fitting = Document.Forms.Where(form => fields.All(field => FieldIn(form, field.Field) is not null)
            && (button is null || ButtonIn(form, button) is not null)).ToList();
        var inMain = fitting.Where(form => form.Closest("main") is not null).ToList();
        var forms = inMain.Count > 0 ? inMain : fitting;
        var wanted = $"[{string.Join(", ", fields.Select(field => field.Field))}] {button}";
        Assert.True(forms.Count is 1, $"{forms.Count} forms fit {wanted} on {Path} ({(int)Status}): {Words}");
        foreach (var (field, value) in fields)
        {
            Set(forms[0], field, value);
        }

        var submitter = ButtonIn(forms[0], button);
        var submission = submitter is null ? forms[0].GetSubmission() : forms[0].GetSubmission(submitter);
        return submission ?? throw new InvalidOperationException($"The form {wanted} on {Path} cannot be sent.");
    }

    private static void Set(IHtmlFormElement form, string field, string? value)
    {
        switch (FieldIn(form, field))
        {
            case IHtmlInputElement { Type: "radio" } radio:
                var choice = form.QuerySelectorAll<IHtmlInputElement>("input[type=radio]")
                    .FirstOrDefault(other => Same(other.Name, radio.Name) && Same(other.Value, value));
                Assert.True(choice is not null, $"{field} offers no {value}.");
                choice.IsChecked = true;
                break;
            case IHtmlInputElement { Type: "checkbox" } box:
                box.IsChecked = value is not null;
                break;
            case IHtmlSelectElement select:
                Assert.True(select.Options.Any(option => Same(option.Value, value)), $"{field} offers no {value}.");
                select.Value = value;
                break;
            case IHtmlTextAreaElement area:
                area.Value = value ?? "";
                break;
            case IHtmlInputElement input:
                input.Value = value ?? "";
                break;
        }
    }

    private static IHtmlElement? FieldIn(IHtmlFormElement form, string field) => form.Elements.FirstOrDefault(element =>
        Same(element.GetAttribute("name"), field)
        || (element.GetAttribute("autocomplete") ?? "").Split(' ').Contains(field, StringComparer.Ordinal));

    /// <summary>The button with these words; with none, the first, as the Enter key takes it.</summary>
    private static IHtmlElement? ButtonIn(IHtmlFormElement form, string? words) => form.Elements.FirstOrDefault(element =>
        element is IHtmlButtonElement { Type: "submit" } or IHtmlInputElement { Type: "submit" }
        && (words is null || Same(Said(element), words) || Same(element.GetAttribute("value"), words)));

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    private static string Said(INode? node) =>
        string.Join(' ', (node?.TextContent ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
