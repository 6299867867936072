namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Lists;
using TwoFactor.Characters;
using TwoFactor.Web.Text;

/// <summary>What the list of accounts and its CSV file share: the filter.</summary>
public abstract class PeopleFilterPage(Groups groups) : SitePage
{
    [BindProperty(SupportsGet = true, Name = "search")]
    public string? Search { get; set; }

    /// <summary>The slug of a list: <c>not-enrolled</c>.</summary>
    [BindProperty(SupportsGet = true, Name = "show")]
    public string? Show { get; set; }

    [BindProperty(SupportsGet = true, Name = "group")]
    public string? Group { get; set; }

    protected Groups Groups { get; } = groups;

    public Listing? Shown => States.ParseListing(Show);

    /// <summary>Reads the filter. Returns null when there is no such list.</summary>
    protected async Task<PeopleFilter?> FilterAsync(CancellationToken cancellation)
    {
        if (Show is { Length: > 0 } && Shown is null)
        {
            return null;
        }

        // A group without members gives an empty list, not a missing page.
        Group = TypedText.IsBlank(Group) ? null : await Groups.FindAsync(Group, cancellation) ?? Group;
        return new PeopleFilter(Search, Shown, Group);
    }
}
