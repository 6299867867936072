namespace TwoFactor.Pages.Admin;

using Microsoft.AspNetCore.Mvc;
using TwoFactor.Administration;
using TwoFactor.Audit;

public sealed class AuditModel(AuditReading audit, People people, TimeProvider time) : SitePage
{
    [BindProperty(SupportsGet = true, Name = "before")]
    public long? Before { get; set; }

    [BindProperty(SupportsGet = true, Name = "after")]
    public long? After { get; set; }

    public AuditPage List { get; private set; } = null!;

    /// <summary>People by their ids in the events.</summary>
    public IReadOnlyDictionary<Guid, string> Names { get; private set; } = new Dictionary<Guid, string>();

    public DateTimeOffset Now => time.GetUtcNow();

    public override Dots Dots => Dots.Both;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Title = "Audit log";
        List = (Before, After) switch
        {
            ({ } before, _) => await audit.OlderAsync(before, null, cancellation),
            (_, { } after) => await audit.NewerAsync(after, null, cancellation),
            _ => await audit.NewestAsync(null, cancellation),
        };
        var ids = List.Rows.SelectMany(row => new[] { row.Account, row.Actor }).OfType<Guid>().ToHashSet();
        Names = await people.NamesAsync(ids, cancellation);
    }
}
