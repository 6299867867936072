namespace TwoFactor.Tests;

using System.IO.Enumeration;
using System.Reflection;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The rules of docs/architecture.md that no compiler knows.</summary>
public sealed class HouseTests
{
    private const int LongestFile = 250;
    private const int FullestFolder = 15;

    /// <summary>The card's entries, and what tools look for beside them.</summary>
    private static readonly string[] RootEntries =
    [
        "src", "tests", "wwwroot", "TwoFactor.sln", "appsettings.json", "README.md", ".gitignore",
        "docs", ".ci", ".editorconfig", ".gitattributes", "global.json", "Directory.Build.props", "Directory.Packages.props",
        "CHANGELOG.md",
    ];

    private const BindingFlags Anything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Type[] Program = typeof(TwoFactor.Program).Assembly.GetTypes();

    private static readonly IReadOnlyCollection<Reference> References = Reference.In(Program);

    [Fact]
    public void No_floor_uses_a_floor_above_or_beside_it() => None(Floors.Violations(References));

    [Fact]
    public void Every_type_that_a_person_wrote_stands_on_a_floor()
    {
        var homeless = Program.Where(type => !type.Name.StartsWith('<'))
            .Select(Reference.NameOf)
            .Where(type => Floors.FolderOf(type) is not { } folder
                || !Floors.Table.Any(floor => floor.Contains(folder, StringComparer.Ordinal)))
            .Where(type => !type.StartsWith('<') && !type.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)
                && !type.StartsWith("System.", StringComparison.Ordinal));

        None(homeless.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_program_itself_stands_above_the_folders() =>
        Assert.Equal(
            ["TwoFactor.Program"],
            Program.Select(Reference.NameOf).Where(type => Floors.FolderOf(type) is "Program").Distinct(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [Fact]
    public void The_architecture_page_shows_the_same_floors()
    {
        var page = File.ReadAllLines(Repository.PathOf("docs", "architecture.md"));
        var shown = page.SkipWhile(line => line is not "```floors").Skip(1).TakeWhile(line => line is not "```")
            .Select(line => line.Split("  ")[0]);

        Assert.Equal(Floors.Table.Select(floor => string.Join(" | ", floor)), shown, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("TwoFactor.Authenticators.TotpCode", "MatchingSteps")]
    [InlineData("TwoFactor.Authenticators.CodeGuards", "AcceptAsync")]
    [InlineData("TwoFactor.Authenticators.CodeGuards", "ChargeAsync")]
    public void Only_the_code_check_judges_a_code(string type, string method)
    {
        var authenticators = Program.Where(found => Floors.FolderOf(Reference.NameOf(found)) is "Authenticators").ToList();
        var door = authenticators.SelectMany(found => found.GetMethods(Anything))
            .Any(found => Is(found.DeclaringType!.FullName, type) && Is(found.Name, method));
        var users = References.Where(use => Is(use.To, type) && Is(use.Member, method)).Select(use => use.From);

        // Before the first authenticator is built there is no door, and nobody who goes through it.
        Assert.Equal(authenticators.Count > 0, door);
        Assert.Equal(door ? ["TwoFactor.Authenticators.CodeCheck"] : [], users, StringComparer.Ordinal);
    }

    [Fact]
    public void Recovery_codes_are_made_only_after_a_proof_or_an_enrollment() => Assert.Equal(
        ["TwoFactor.Sessions.EnrollmentConfirmation", "TwoFactor.Sessions.SelfService.RecoverySaving"],
        References.Where(use => Is(use.To, "TwoFactor.Authenticators.Recovery.NewRecoverySets") && Is(use.Member, "MakeAsync"))
            .Select(use => use.From).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>A code that is computed can be compared: that would be a door without a guard.</summary>
    [Fact]
    public void No_pathway_computes_the_code_that_it_expects() => None(References.Where(
        use => use is { To: "TwoFactor.Authenticators.TotpCode", Member: "At", From: not "TwoFactor.Authenticators.TotpCode" }));

    [Theory]
    [InlineData("OtpNet.Totp")]
    [InlineData("OtpNet.Hotp")]
    public void Only_the_code_itself_computes_codes(string type) =>
        Assert.DoesNotContain(
            References, use => Is(use.To, type) && use.From is not "TwoFactor.Authenticators.TotpCode");

    [Fact]
    public void No_source_file_is_longer_than_a_person_reads_at_once()
    {
        var tooLong = Repository.FilesBelow("src").Concat(Repository.FilesBelow("tests"))
            .Where(file => (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal))
                && !IsMigration(file))
            .Select(file => (file, Lines: File.ReadLines(Repository.PathOf(file)).Count()))
            .Where(file => file.Lines > LongestFile);

        None(tooLong);
    }

    [Fact]
    public void No_folder_holds_more_than_a_person_surveys()
    {
        // A page and its model are read as one.
        var tooFull =
            Repository.FilesBelow("src").Where(file => !IsMigration(file) && !file.EndsWith(".cshtml.cs", StringComparison.Ordinal))
                .CountBy(file => Path.GetDirectoryName(file) ?? "", StringComparer.Ordinal)
                .Where(folder => folder.Value > FullestFolder);

        None(tooFull);
    }

    [Fact]
    public void The_root_holds_nothing_but_what_belongs_there()
    {
        var ignored = File.ReadAllLines(Repository.PathOf(".gitignore")).Select(line => line.Trim('/')).Append(".git").ToList();
        var strangers = Directory.EnumerateFileSystemEntries(Repository.Root).Select(entry => Path.GetFileName(entry))
            .Except(RootEntries, StringComparer.Ordinal)
            .Where(entry => !ignored.Exists(pattern => FileSystemName.MatchesSimpleExpression(pattern, entry, ignoreCase: false)));

        None(strangers);
    }

    [Theory]
    [InlineData("TwoFactor.Keys.Planted", "TwoFactor.Mail.Outbox", "TwoFactor.Keys.Planted uses TwoFactor.Mail.Outbox, which is above it")]
    [InlineData("TwoFactor.Storage.Planted", "TwoFactor.Program", "TwoFactor.Storage.Planted uses TwoFactor.Program, which is above it")]
    [InlineData(
        "TwoFactor.Pages.SignIn.CodeModel",
        "TwoFactor.Api.Verify",
        "TwoFactor.Pages.SignIn.CodeModel uses its neighbour TwoFactor.Api.Verify")]
    [InlineData(
        "TwoFactor.Accounts.Planted",
        "AspNetCoreGeneratedDocument.Pages_Index",
        "TwoFactor.Accounts.Planted uses AspNetCoreGeneratedDocument.Pages_Index, which is above it")]
    [InlineData("TwoFactor.Program", "TwoFactor.Helpers.Planted", "TwoFactor.Helpers.Planted: the folder Helpers has no floor")]
    [InlineData("TwoFactor.Mail.Outbox", "TwoFactor.Storage.Migrations.First", null)]
    [InlineData("TwoFactor.Storage.Migrations.First", "TwoFactor.Accounts.Account", null)]
    [InlineData("AspNetCoreGeneratedDocument.Pages_Index", "TwoFactor.Pages.IndexModel", null)]
    [InlineData("TwoFactor.Keys.Planted", "System.String", null)]
    public void A_planted_reference_is_judged(string from, string to, string? violation) =>
        Assert.Equal(violation is null ? [] : [violation], Floors.Violations([new Reference(from, to)]), StringComparer.Ordinal);

    [Fact]
    public void A_reference_is_found_wherever_it_hides()
    {
        var found = Reference.In([typeof(Planted), .. typeof(Planted).GetNestedTypes(BindingFlags.NonPublic)]);

        Assert.Contains(new Reference(typeof(HouseTests).FullName!, "System.Text.StringBuilder", "Clear"), found);
        Assert.Contains(new Reference(typeof(HouseTests).FullName!, "System.Net.Cookie", ".ctor"), found);
        Assert.Contains(new Reference(typeof(HouseTests).FullName!, "System.Version"), found);
        Assert.Contains(new Reference(typeof(HouseTests).FullName!, "System.Net.IPAddress"), found);
        Assert.Contains(new Reference(typeof(HouseTests).FullName!, "System.Half"), found);
    }

    /// <summary>Names every finding: the list of xunit's own assertion breaks off.</summary>
    private static void None<T>(IEnumerable<T> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count is 0, string.Join('\n', all));
    }

    private static bool Is(string? left, string right) => string.Equals(left, right, StringComparison.Ordinal);

    private static bool IsMigration(string file) => file.Contains("/Storage/Migrations/", StringComparison.Ordinal);

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class MarkAttribute<T>(params Type[] others) : Attribute
    {
        public Type[] Others { get; } = others;
    }

    /// <summary>Uses a type in a generic attribute, an attribute's argument, a field, a lambda and after an await.</summary>
    [Mark<Version>(typeof(System.Net.IPAddress))]
    private sealed class Planted
    {
        private readonly IReadOnlyList<Half[]> field = [];

        public async Task<int> RunAsync()
        {
            await Task.Yield();
            return field.Count + new System.Text.StringBuilder().Clear().Length;
        }

        public static Func<object> Later() => () => new System.Net.Cookie();
    }
}
