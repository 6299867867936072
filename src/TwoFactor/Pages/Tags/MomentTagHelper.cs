namespace TwoFactor.Pages.Tags;

using Microsoft.AspNetCore.Razor.TagHelpers;
using TwoFactor.Storage;
using TwoFactor.Web.Text;

/// <summary>Writes a moment as people read it, with its machine-readable form: <c>&lt;moment at="…" /&gt;</c>.</summary>
[HtmlTargetElement("moment", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MomentTagHelper(TimeProvider time) : TagHelper
{
    /// <summary>Null for never.</summary>
    public UnixTime? At { get; set; }

    /// <summary>Whether only the time with seconds is shown, as in a log under its day: "14:31:05".</summary>
    public bool Seconds { get; set; }

    /// <summary>Whether it stands inside a sentence: "today, 14:31".</summary>
    public bool Within { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (At is not { } at)
        {
            output.TagName = null;
            output.Content.SetContent(Within ? "never" : "Never");
            return;
        }

        var moment = at.ToDateTimeOffset();
        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", Times.Iso(moment));
        output.Content.SetContent(Seconds
            ? moment.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)
            : Times.Near(moment, time.GetUtcNow(), Within));
    }
}
