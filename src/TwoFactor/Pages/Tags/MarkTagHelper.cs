namespace TwoFactor.Pages.Tags;

using Microsoft.AspNetCore.Razor.TagHelpers;

/// <summary>Draws the two dots, one for each factor. A dot is filled when its factor is proven.</summary>
[HtmlTargetElement("mark-dots", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MarkTagHelper : TagHelper
{
    public SignInProgress SignInProgress { get; set; }

    /// <summary>Whether it is half as large again, for an empty list.</summary>
    public bool Large { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (first, second) = SignInProgress switch
        {
            SignInProgress.First => ("now", "empty"),
            SignInProgress.Second => ("done", "now"),
            SignInProgress.Both => ("done", "done"),
            _ => ("empty", "empty"),
        };
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "mark");
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Attributes.SetAttribute("width", Large ? "54" : "36");
        output.Attributes.SetAttribute("height", Large ? "24" : "16");
        output.Attributes.SetAttribute("viewBox", "0 0 36 16");
        output.Content.SetHtmlContent(
            $"""<circle class="{first}" cx="8" cy="8" r="6"/><circle class="{second}" cx="28" cy="8" r="6"/>""");
    }
}
