namespace TwoFactor.Pages.Admin;

using TwoFactor.Administration;

/// <summary>What needs doing, and nothing else.</summary>
public sealed class IndexModel(People people) : SitePage
{
    /// <summary>The states in which somebody waits for an agent, with the first people in each.</summary>
    public IReadOnlyList<(AccountState State, IReadOnlyList<Person> People, bool HasMore)> Waiting { get; private set; } = [];

    public override Dots Dots => Dots.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "To do";
        var waiting = new List<(AccountState State, IReadOnlyList<Person> People, bool HasMore)>();
        foreach (var state in new[] { AccountState.Held, AccountState.Closed, AccountState.Waiting, AccountState.NotEnrolled })
        {
            var page = await people.ListAsync(null, state, null, null, cancellation);
            if (page.People.Count > 0)
            {
                waiting.Add((state, page.People, page.After is not null));
            }
        }

        Waiting = waiting;
    }
}
