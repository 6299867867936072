namespace TwoFactor.Pages.Admin.Accounts;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Characters;
using TwoFactor.Storage;
using TwoFactor.Web;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

public sealed class IndexModel(
    People people, Groups groups, BulkInvitations bulkInvitations, PeopleLimits limits, TimeProvider time) : PeopleFilterPage(groups)
{
    private const int MostGroups = 50;

    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    [BindProperty(SupportsGet = true, Name = "after")]
    public string? After { get; set; }

    public PeoplePage List { get; private set; } = new([], null, null);

    /// <summary>The counts of each list, for everybody or for the group. Empty during a search.</summary>
    public IReadOnlyDictionary<Listing, int> Counts { get; private set; } = new Dictionary<Listing, int>();

    /// <summary>The groups to choose from; another name may be typed as well.</summary>
    public IReadOnlyCollection<string> GroupNames { get; private set; } = [];

    /// <summary>How many people a bulk invitation would reach and leave out; null when there is no such button.</summary>
    public (int Due, int LeftOut)? Bulk { get; private set; }

    public int BulkSize => limits.BulkSize;

    public UnixTime Now => time.Now();

    public Sentence SearchCutOff => PeopleListText.SearchCutOff;

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Title = "Accounts";
        if (await FilterAsync(cancellation) is not { } filter)
        {
            return NotFound();
        }

        List = await people.ListAsync(filter, Before, After, cancellation);
        GroupNames = await Groups.NamesAsync(MostGroups, cancellation);
        if (TypedText.IsBlank(Search))
        {
            Counts = await CountAsync(filter, cancellation);
        }

        if (Me!.Account.Role == Role.Admin && (BulkInvitations.CanInvite(Shown) || BulkInvitations.CanRemind(Shown)))
        {
            Bulk = await bulkInvitations.PreviewAsync(Me!, filter, cancellation);
        }

        return Page();
    }

    /// <summary>"Invite these": invites the people of the list who were never invited. For admins only.</summary>
    public async Task<IActionResult> OnPostInviteAsync(CancellationToken cancellation) =>
        Me!.Account.Role == Role.Admin && BulkInvitations.CanInvite(Shown) && await FilterAsync(cancellation) is { } filter
            ? RedirectWithResult(
                FlashMessage.BulkInvited, await bulkInvitations.InviteAsync(Me, filter, most: null, HttpContext.Actor(), cancellation))
            : NotFound();

    /// <summary>"Send a reminder to these": reminds the people of the list who were invited or are late. For admins only.</summary>
    public async Task<IActionResult> OnPostRemindAsync(CancellationToken cancellation) =>
        Me!.Account.Role == Role.Admin
            && BulkInvitations.CanRemind(Shown)
            && await FilterAsync(cancellation) is { } filter
            ? RedirectWithResult(
                FlashMessage.BulkReminded, await bulkInvitations.RemindAsync(Me, filter, most: null, HttpContext.Actor(), cancellation))
            : NotFound();

    protected override string FlashFor(FlashMessage message) => FlashText.For(message, TextContext, numbers: FlashNumbers);

    /// <summary>An address of this list, with the given parameters that are not null.</summary>
    public string Address(
        string? show, string? before = null, string? after = null, string? handler = null, string path = "/admin/accounts")
    {
        var query =
            new[] { ("search", Search), ("show", show), ("group", Group), ("before", before), ("after", after), ("handler", handler) }
                .Where(pair => !string.IsNullOrEmpty(pair.Item2))
                .Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}");
        return path + (query.Any() ? "?" + string.Join('&', query) : "");
    }

    private IActionResult RedirectWithResult(FlashMessage message, BulkInvitationResult result)
    {
        if (result.IsRefused)
        {
            return NotFound();
        }

        Cookies.SetFlash(HttpContext, message, result.Sent, result.LeftOut, result.Remaining);
        return LocalRedirect(Address(Show));
    }

    private async Task<Dictionary<Listing, int>> CountAsync(PeopleFilter filter, CancellationToken cancellation)
    {
        var counts = new Dictionary<Listing, int>();
        foreach (var each in Enum.GetValues<Listing>())
        {
            counts[each] = await people.CountAsync(filter with { Show = each }, cancellation);
        }

        return counts;
    }
}
