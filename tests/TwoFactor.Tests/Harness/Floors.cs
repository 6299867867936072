namespace TwoFactor.Tests.Harness;

/// <summary>
/// The floors of src/TwoFactor: a folder is a namespace; each floor may use every floor below it, never its neighbours, never above.
/// </summary>
public static class Floors
{
    /// <summary>From the top to the ground. What shares a line stands beside each other.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Table { get; } =
    [
        ["Program"],
        ["Commands"],
        ["Hosting"],
        ["Pages", "Api", "ForwardAuth", "OpenId"],
        ["Web"],
        ["Administration"],
        ["Sessions"],
        ["Authenticators"],
        ["Apps"],
        ["Accounts"],
        ["Mail"],
        ["Audit"],
        ["Keys"],
        ["Storage"],
        ["Characters"],
    ];

    private const string Root = "TwoFactor";

    /// <summary>A migration and its snapshot name every entity: they are the record of all floors.</summary>
    private const string Migrations = "TwoFactor.Storage.Migrations";

    /// <summary>What Razor compiles a page's markup into.</summary>
    private const string CompiledPages = "AspNetCoreGeneratedDocument";

    /// <summary>The folder that a type belongs to; null: a type of another assembly, or one that only a compiler wrote.</summary>
    /// <param name="type">Full name of an outermost type.</param>
    public static string? FolderOf(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var parts = NamespaceOf(type).Split('.');
        return parts switch
        {
            [CompiledPages, ..] => "Pages",
            [Root] => "Program",
            [Root, var folder, ..] => folder,
            _ => null,
        };
    }

    /// <summary>The sentence for each reference that goes up or sideways, or that touches a folder without a floor.</summary>
    public static IReadOnlyList<string> Violations(IEnumerable<Reference> references) =>
        [.. references.Select(Violation).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string? Violation(Reference reference)
    {
        if (FolderOf(reference.From) is not { } from || FolderOf(reference.To) is not { } to
            || string.Equals(from, to, StringComparison.Ordinal) || NamespaceOf(reference.From) is Migrations)
        {
            return null;
        }

        return (HeightOf(from), HeightOf(to)) switch
        {
            (null, _) => $"{reference.From}: the folder {from} has no floor",
            (_, null) => $"{reference.To}: the folder {to} has no floor",
            var (above, below) when above < below => null,
            var (above, below) when above == below => $"{reference.From} uses its neighbour {reference.To}",
            _ => $"{reference.From} uses {reference.To}, which is above it",
        };
    }

    /// <summary>The row of the table, counted from the top.</summary>
    private static int? HeightOf(string folder) =>
        Table.Select((floor, row) => (floor, Row: (int?)row))
            .FirstOrDefault(line => line.floor.Contains(folder, StringComparer.Ordinal)).Row;

    private static string NamespaceOf(string type) => type.LastIndexOf('.') is var dot and >= 0 ? type[..dot] : "";
}
