namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;

public sealed class AuditModel(AuditQueries audit, People people, ChainWatch chain, TimeProvider time) : AuditFilterPage(people, audit)
{
    private readonly AuditQueries audit = audit;
    private readonly People people = people;

    [BindProperty(SupportsGet = true, Name = "before")]
    public long? Before { get; set; }

    [BindProperty(SupportsGet = true, Name = "after")]
    public long? After { get; set; }

    /// <summary>The events; null when the filter is not valid.</summary>
    public AuditPage? List { get; private set; }

    /// <summary>The names of the accounts in the events, by id.</summary>
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();

    public ChainState Chain => chain.Current;

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await ReadFilterAsync(cancellation) is { } refusal)
        {
            return refusal;
        }

        List = (Before, After) switch
        {
            ({ } before, _) => await audit.OlderAsync(before, Filter, cancellation),
            (_, { } after) => await audit.NewerAsync(after, Filter, cancellation),
            _ => await audit.NewestAsync(Filter, cancellation),
        };
        var ids = List.Rows.SelectMany(row => new[] { row.Account, row.Actor }).OfType<Guid>().ToHashSet();
        var names = new Dictionary<Guid, string>(await people.NamesAsync(ids, cancellation));
        foreach (var (id, name) in await audit.DeletedNamesAsync([.. ids.Where(id => !names.ContainsKey(id))], cancellation))
        {
            names.Add(id, $"{name} (deleted)");
        }

        Names = names;
        return Page();
    }
}
