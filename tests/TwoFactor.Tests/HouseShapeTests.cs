namespace TwoFactor.Tests;

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The shapes of docs/architecture.md: where a file stands, how long it may be, and what things are called.</summary>
public sealed partial class HouseShapeTests
{
    private const int WidestLine = 140;
    private const int MostParameters = 8;

    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Type[] Program = WrittenIn(typeof(TwoFactor.Program).Assembly);

    private static readonly Type[] Tests = WrittenIn(typeof(HouseShapeTests).Assembly);

    private static IEnumerable<string> Sources =>
        Repository.FilesBelow("src").Concat(Repository.FilesBelow("tests"))
            .Where(
                file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.Contains("/Storage/Migrations/", StringComparison.Ordinal));

    [Fact]
    public void A_folder_is_a_namespace() => None(
        from file in Sources
        let declared = File.ReadLines(Repository.PathOf(file)).Select(line => Namespace().Match(line))
            .FirstOrDefault(match => match.Success)
        where declared is not null
        let folder = Path.GetDirectoryName(file)!.Replace('\\', '/').Split('/', 2)[1].Replace('/', '.')
        where !string.Equals(declared.Groups["name"].Value, folder, StringComparison.Ordinal)
        select $"{file} stands in {declared.Groups["name"].Value}");

    [Fact]
    public void A_page_stands_at_its_address() => None(
        from file in Repository.FilesBelow("src")
        where file.EndsWith(".cshtml", StringComparison.Ordinal)
        let directive = File.ReadLines(Repository.PathOf(file)).FirstOrDefault(line => line.StartsWith("@page", StringComparison.Ordinal))
        where directive is not null
        let template = directive["@page".Length..].Trim().Trim('"')
        where template.StartsWith('/') && !string.Equals(Plain(template), PathOf(file), StringComparison.Ordinal)
        select $"{file} answers at {template}");

    [Fact]
    public void No_line_is_wider_than_a_screen() => None(
        from file in Sources
        from line in File.ReadLines(Repository.PathOf(file)).Select((text, index) => (Text: text, Number: index + 1))
        where line.Text.Length > WidestLine
        select $"{file}:{line.Number} has {line.Text.Length} columns");

    /// <summary>A record's parameters are its columns; those of a class are what it needs to do its work.</summary>
    [Fact]
    public void No_class_needs_more_than_eight_others() => None(
        from type in Program
        where type.GetMethod("<Clone>$", Own) is null && !type.IsValueType
        from constructor in type.GetConstructors(Own)
        let count = constructor.GetParameters().Length
        where count > MostParameters
        select $"{type.FullName} takes {count}");

    /// <summary>The parts that a generator writes are no file of ours.</summary>
    [Fact]
    public void No_type_is_written_in_two_files() => None(
        from file in Sources
        from type in Partial().Matches(File.ReadAllText(Repository.PathOf(file))).Select(match => match.Groups["name"].Value)
        group file by (Path.GetDirectoryName(file), type) into parts
        where parts.Distinct(StringComparer.Ordinal).Count() > 1
        select $"{parts.Key.type} stands in {string.Join(" and ", parts.Order(StringComparer.Ordinal))}");

    /// <summary>A case of an outcome may be called as the field calls it; a type that stands by itself may not.</summary>
    [Fact]
    public void Nothing_has_a_name_that_a_stranger_must_learn()
    {
        var types = from type in Program.Concat(Tests)
                    let name = type.Name.Split('`')[0]
                    where type.DeclaringType is null && Vocabulary.Types.ContainsKey(name)
                    select $"{type.FullName} is called {Vocabulary.Types[name]}";
        var members = from type in Program.Concat(Tests)
                      from member in type.GetMembers(Own)
                      where IsWritten(member) && Vocabulary.Members.ContainsKey(member.Name)
                      select $"{type.FullName}.{member.Name} is called {Vocabulary.Members[member.Name]}";

        None(types.Concat(members));
    }

    /// <summary>Five use cases are read in few files; the page lists them, and each stands where it says.</summary>
    [Fact]
    public void The_walks_of_the_architecture_page_are_as_short_as_they_say()
    {
        var page = File.ReadAllLines(Repository.PathOf("docs", "architecture.md"));
        var walks = page.Select((line, index) => (Match: Walk().Match(line), Index: index)).Where(line => line.Match.Success).ToList();
        List<string> FilesOf(int heading) =>
            [.. page.Skip(heading + 1).TakeWhile(line => !line.StartsWith('#')).Select(line => Step().Match(line))
                .Where(step => step.Success).Select(step => step.Groups["file"].Value)];

        Assert.Equal(["9", "9", "12", "10", "6"], walks.Select(walk => walk.Match.Groups["count"].Value), StringComparer.Ordinal);
        Assert.All(walks, walk => Assert.Equal(
            walk.Match.Groups["count"].Value, $"{FilesOf(walk.Index).Distinct(StringComparer.Ordinal).Count()}"));
        None(walks.SelectMany(walk => FilesOf(walk.Index))
            .Where(file =>
                !File.Exists(Repository.PathOf(file.StartsWith("tests/", StringComparison.Ordinal) ? file : $"src/TwoFactor/{file}"))));
    }

    private static bool IsWritten(MemberInfo member) =>
        member is not ConstructorInfo and not Type
            && !member.IsDefined(typeof(CompilerGeneratedAttribute))
            && !member.Name.Contains('<', StringComparison.Ordinal);

    /// <summary>What a generator or the compiler made is nobody's choice of name.</summary>
    private static Type[] WrittenIn(Assembly assembly) =>
        [.. assembly.GetTypes()
            .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.FullName!.Contains('<', StringComparison.Ordinal)
            && type.Namespace?.StartsWith(
                "TwoFactor", StringComparison.Ordinal) is true && type.Namespace is not "TwoFactor.Storage.Migrations")];

    /// <summary>Without parameters, and without what a browser would call the kind of a file.</summary>
    private static string Plain(string template) =>
        "/" + string.Join('/', template.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part[0] != '{'))
            .Replace(".png", "", StringComparison.Ordinal)
            .Replace('.', '-');

    /// <summary>Where the framework would find the page; <c>Detail</c> is the page of one thing, which its parameter names.</summary>
    private static string PathOf(string file)
    {
        var words = file["src/TwoFactor/Pages".Length..^".cshtml".Length].Split('/')
            .Select(part => WordStart().Replace(part, "-").ToLowerInvariant());
        var path = string.Join('/', words);
        return path.EndsWith("/index", StringComparison.Ordinal) || path.EndsWith("/detail", StringComparison.Ordinal)
            ? path[..path.LastIndexOf('/')]
            : path;
    }

    /// <summary>Names every finding: the list of xunit's own assertion breaks off.</summary>
    private static void None(IEnumerable<string> findings)
    {
        var all = findings.Distinct(StringComparer.Ordinal).ToList();
        Assert.True(all.Count is 0, string.Join('\n', all));
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"\bpartial (class|record|struct|interface) (?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Partial();

    [GeneratedRegex(@"^### .*: (?<count>\d+) files$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Walk();

    [GeneratedRegex(@"^\d+\. `(?<file>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Step();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}
