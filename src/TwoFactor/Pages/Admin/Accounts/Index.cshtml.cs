namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;

public sealed class IndexModel(People people, TimeProvider time) : SitePage
{
    [BindProperty(SupportsGet = true, Name = "search")]
    public string? Search { get; set; }

    /// <summary>A state in the words of addresses: <c>not-enrolled</c>.</summary>
    [BindProperty(SupportsGet = true, Name = "show")]
    public string? Show { get; set; }

    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    [BindProperty(SupportsGet = true, Name = "after")]
    public string? After { get; set; }

    public PeoplePage List { get; private set; } = new([], null, null);

    public IReadOnlyDictionary<AccountState, int> Counts { get; private set; } = new Dictionary<AccountState, int>();

    public DateTimeOffset Now => time.GetUtcNow();

    public override Dots Dots => Dots.Both;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Accounts";
        var state = States.Parse(Show);
        if (Show is { Length: > 0 } && state is null)
        {
            return NotFound();
        }

        List = await people.ListAsync(Search, state, Before, After, cancellation);
        var counts = new Dictionary<AccountState, int>();
        foreach (var each in Enum.GetValues<AccountState>().Where(each => each != AccountState.Enrolled))
        {
            counts[each] = await people.CountAsync(each, cancellation);
        }

        Counts = counts;
        return Page();
    }

    /// <summary>An address of this list, with what is given and without what is null.</summary>
    public string Address(string? show, string? before = null, string? after = null)
    {
        var query = new[] { ("search", Search), ("show", show), ("before", before), ("after", after) }
            .Where(pair => !string.IsNullOrEmpty(pair.Item2))
            .Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}");
        return "/admin/accounts" + (query.Any() ? "?" + string.Join('&', query) : "");
    }
}
