namespace TwoFactor.Pages.Tags;

using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

/// <summary>Writes a field: label, hint, error and input, linked for people who cannot see that they belong together.</summary>
/// <remarks>All other attributes of the tag go to the input. An error is the page's problem at the field's id.</remarks>
[HtmlTargetElement("field", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldTagHelper : TagHelper
{
    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public string Name { get; set; } = "";

    /// <summary>The id of the input: the name, unless a page has the same field twice.</summary>
    public string? Id { get; set; }

    public string Label { get; set; } = "";

    public string? Hint { get; set; }

    public string? Value { get; set; }

    public string Type { get; set; } = "text";

    /// <summary>
    /// Whether the field has the focus first. A single field with a problem takes the focus; several leave it to their summary.
    /// </summary>
    public bool Autofocus { get; set; }

    /// <summary>
    /// Whether it takes the six digits of an app. It has no <c>maxlength</c> and no <c>pattern</c>: they would cut or refuse a pasted "123
    /// 456".
    /// </summary>
    public bool Digits { get; set; }

    public bool Required { get; set; } = true;

    /// <summary>The rows of a text area; 0 for a single-line input.</summary>
    public int Rows { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var id = Id ?? Name;
        var page = ViewContext.ViewData.Model as SitePage;
        var error = page?.ProblemAt(id);
        var input = new TagBuilder(
            Rows > 0 ? "textarea" : "input")
        { TagRenderMode = Rows > 0 ? TagRenderMode.Normal : TagRenderMode.SelfClosing };
        var given = output.Attributes.ToDictionary(
            attribute => attribute.Name, attribute => attribute.Value?.ToString(), StringComparer.Ordinal);
        output.Attributes.Clear();
        input.MergeAttributes(given);
        input.MergeAttribute("id", id);
        input.MergeAttribute("name", Name);
        Fill(input);
        if (page is { FieldProblems.Count: > 0 } ? error is not null && page.FieldProblems.Count == 1 : Autofocus)
        {
            input.MergeAttribute("autofocus", null);
        }

        if (Required)
        {
            input.MergeAttribute("required", null);
        }

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "field");
        var label = new TagBuilder("label");
        label.MergeAttribute("for", id);
        label.InnerHtml.Append(Label);
        output.Content.AppendHtml(label);
        var (hintId, errorId) = (Describe(output, Hint, "hint", id), Describe(output, error, "error", id));
        if (hintId is not null || errorId is not null)
        {
            input.MergeAttribute("aria-describedby", $"{errorId} {hintId}".Trim());
        }

        if (error is not null)
        {
            input.MergeAttribute("aria-invalid", "true");
        }

        output.Content.AppendHtml(input);
    }

    private void Fill(TagBuilder input)
    {
        if (Digits)
        {
            input.AddCssClass("code");
            input.MergeAttribute("inputmode", "numeric");
            input.MergeAttribute("autocomplete", "one-time-code");
            input.MergeAttribute("spellcheck", "false");
            input.MergeAttribute("autocapitalize", "none");
            input.MergeAttribute("enterkeyhint", "done");
        }

        if (Rows > 0)
        {
            input.MergeAttribute("rows", $"{Rows}");
            input.InnerHtml.Append(Value ?? "");
            return;
        }

        input.MergeAttribute("type", Type);
        if (!string.IsNullOrEmpty(Value))
        {
            input.MergeAttribute("value", Value);
        }
    }

    private static string? Describe(TagHelperOutput output, string? text, string kind, string id)
    {
        if (text is null)
        {
            return null;
        }

        var words = new TagBuilder("p");
        words.AddCssClass(kind);
        words.MergeAttribute("id", $"{id}-{kind}");
        words.InnerHtml.Append(text);
        output.Content.AppendHtml(words);
        return $"{id}-{kind}";
    }
}
