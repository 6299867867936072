namespace TwoFactor.Pages.Admin;

using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Characters;
using TwoFactor.Storage;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary>What the audit log and its CSV file share: who may read it, and the filter.</summary>
public abstract class AuditFilterPage(People people, AuditQueries audit) : SitePage
{
    [BindProperty(SupportsGet = true, Name = "account")]
    public string? Account { get; set; }

    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true, Name = "agent")]
    public string? Agent { get; set; }

    [BindProperty(SupportsGet = true, Name = "from")]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true, Name = "to")]
    public string? To { get; set; }

    public override SignInProgress SignInProgress => SignInProgress.Both;

    public bool IsAdmin => Me!.Account.Role == Role.Admin;

    /// <summary>"Filter", or what the filter selects: "Filter: about ana, Wrong code, from 2026-11-24".</summary>
    public string FilterWords =>
        Parts().Any() ? $"Filter: {string.Join(", ", Parts().Select(part => Say(part.Name, part.Value!)))}" : "Filter";

    /// <summary>Whether the filter shows less than the agent may see.</summary>
    public bool IsFiltered => Parts().Any(part => IsAdmin || !string.Equals(part.Name, "account", StringComparison.Ordinal));

    /// <summary>The address of everything that the agent may see; for the help desk, that is one account.</summary>
    public string Unfiltered => IsAdmin ? "/admin/audit" : $"/admin/audit?account={Uri.EscapeDataString(Account!)}";

    protected AuditFilter Filter { get; private set; }

    /// <summary>An address of the log or of its CSV file, with the same filter.</summary>
    public string Address(string path, long? before = null, long? after = null)
    {
        var query = Parts()
            .Append(("before", before?.ToString(CultureInfo.InvariantCulture)))
            .Append(("after", after?.ToString(CultureInfo.InvariantCulture)))
            .Where(part => part.Item2 is not null)
            .Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}");
        return query.Any() ? $"{path}?{string.Join('&', query)}" : path;
    }

    /// <summary>Reads the filter. Returns null when it is valid, message the response.</summary>
    protected async Task<IActionResult?> ReadFilterAsync(CancellationToken cancellation)
    {
        Title = "Audit log";
        var found = await FindAsync(Account, cancellation);
        if (!IsAdmin && (found is null || !Me!.Account.Role.Outranks(found.Role)))
        {
            // The help desk may only read the events of accounts that it may help.
            return NotFound();
        }

        var problems = new List<FieldProblem>();
        var account = found?.Id ?? await FindDeletedAsync(Account, cancellation);
        var agent = (await FindAsync(Agent, cancellation))?.Id ?? await FindDeletedAsync(Agent, cancellation);
        Require(problems, "account", Account, account is not null, AuditFilterText.NoSuchAccount);
        Require(problems, "kind", Kind, AuditText.Knows(Kind ?? ""), AuditFilterText.NoSuchKind);
        Require(problems, "agent", Agent, agent is not null, AuditFilterText.NoSuchAgent);
        var (from, to) = (Day(From), Day(To));
        Require(problems, "from", From, from is not null, AuditFilterText.NoSuchDay);
        Require(problems, "to", To, to is not null, AuditFilterText.NoSuchDay);
        Require(problems, "to", To, !(to < from), AuditFilterText.DayBeforeFirst);
        if (problems.Count > 0)
        {
            return Refused("This cannot be asked for", problems);
        }

        Filter = new AuditFilter(account, Given(Kind), agent, from, to + TimeSpan.FromDays(1));
        return null;
    }

    private static string Say(string part, string value) => part switch
    {
        "account" => $"about {value}",
        "kind" => AuditText.For(value),
        "agent" => $"by {value}",
        _ => $"{part} {value}",
    };

    private static string? Given(string? typed) => TypedText.Clean(typed) is { Length: > 0 } given ? given : null;

    private static void Require(List<FieldProblem> problems, string field, string? typed, bool isRight, string message)
    {
        if (Given(typed) is not null
            && !isRight
            && !problems.Exists(problem => string.Equals(problem.Field, field, StringComparison.Ordinal)))
        {
            problems.Add(new FieldProblem(field, message));
        }
    }

    /// <summary>The first second of a day in UTC; null when the text is no day.</summary>
    private static UnixTime? Day(string? typed) =>
        Times.ParseDay(Given(typed)) is { } day ? UnixTime.Of(day) : null;

    private async Task<Account?> FindAsync(string? typed, CancellationToken cancellation) =>
        Given(typed) is { } name ? (await people.FindByNameAsync(name, cancellation))?.Account : null;

    private async Task<Guid?> FindDeletedAsync(string? typed, CancellationToken cancellation) =>
        UserName.Normalise(Given(typed)) is { } name ? await audit.FindDeletedAsync(name, cancellation) : null;

    private IEnumerable<(string Name, string? Value)> Parts() =>
        new[]
        {
            ("account", Given(Account)), ("kind", Given(Kind)), ("agent", Given(Agent)), ("from", Given(From)), ("to", Given(To))
        }.Where(part => part.Item2 is not null);
}
