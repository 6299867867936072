namespace TwoFactor.Tests.Commands;

using System.Xml.Linq;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// How the program is called: help everywhere, exit code 2 for what it does not understand, and only <c>serve</c> makes a data
/// directory.
/// </summary>
[Slow]
public sealed class UsageTests
{
    [Theory]
    [InlineData("")]
    [InlineData("serve")]
    [InlineData("account")]
    [InlineData("account add")]
    [InlineData("account list")]
    [InlineData("account show")]
    [InlineData("account invite")]
    [InlineData("account reset")]
    [InlineData("account edit")]
    [InlineData("account pass")]
    [InlineData("account delete")]
    [InlineData("account unlock")]
    [InlineData("account disable")]
    [InlineData("account enable")]
    [InlineData("audit")]
    [InlineData("audit verify")]
    [InlineData("mail")]
    [InlineData("mail list")]
    [InlineData("mail retry")]
    [InlineData("audit export")]
    [InlineData("audit prune")]
    [InlineData("keys")]
    [InlineData("keys check")]
    [InlineData("database")]
    [InlineData("database migrate")]
    public async Task Help_is_everywhere(string command)
    {
        await using var place = new ServerProcess();

        var help = await place.RunAsync([.. Words(command), "--help"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains("Usage:", help.Output, StringComparison.Ordinal);
        Assert.Contains(command, help.Output, StringComparison.Ordinal);
        AssertNothingMade(place);
    }

    [Fact]
    public async Task It_says_its_version_which_the_build_sets_once()
    {
        await using var place = new ServerProcess();

        var version = await place.RunAsync(["--version"]);

        var set = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal((0, $"{set}\n", ""), (version.ExitCode, version.Output, version.Error));
        AssertNothingMade(place);
    }

    [Fact]
    public void The_change_log_has_what_is_not_released_first()
    {
        var headings = File.ReadLines(Repository.PathOf("CHANGELOG.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal));

        Assert.Equal("## [Unreleased]", headings.First());
    }

    [Theory]
    [InlineData("acc", "account")]
    [InlineData("account ", "import")]
    [InlineData("account edit ana --role ", "helpdesk")]
    [InlineData("account list --state ", "without-recovery-codes")]
    public async Task A_shell_can_ask_how_a_line_goes_on(string line, string word)
    {
        await using var place = new ServerProcess();

        var suggested = await place.RunAsync([$"[suggest:{line.Length}]", line]);

        Assert.Equal((0, ""), (suggested.ExitCode, suggested.Error));
        Assert.Contains(word, suggested.Output.Split('\n'), StringComparer.Ordinal);
        AssertNothingMade(place);
    }

    [Theory]
    [InlineData("acount list", "acount")]
    [InlineData("account", "Required command was not provided")]
    [InlineData("account remove bob", "remove")]
    [InlineData("account add", "Required argument 'name' missing")]
    [InlineData("account add bob", "--mail")]
    [InlineData("account add bob --mail", "--mail")]
    [InlineData("account add bob --mail bob@acme.example --bogus", "--bogus")]
    [InlineData("account add bob --mail bob@acme.example --role king", "king")]
    [InlineData("account list --state sleeping", "sleeping")]
    [InlineData("account list bob", "bob")]
    [InlineData("account show", "Required argument 'name' missing")]
    [InlineData("account reset bob --cancel --password", "--cancel and --password")]
    [InlineData("account edit bob", "--name, --mail, --role, --groups or --enroll-by")]
    [InlineData("account delete bob", "--yes")]
    [InlineData("audit", "Required command was not provided")]
    [InlineData("mail", "Required command was not provided")]
    [InlineData("mail retry ana", "ana")]
    [InlineData("audit verify --head", "--head")]
    [InlineData("audit verify --head 12:abc", "NUMBER:MAC")]
    [InlineData("audit export", "--to")]
    [InlineData("audit prune", "--before")]
    [InlineData("audit prune --before yesterday --yes", "a day like 2026-11-24")]
    [InlineData("keys check --all", "--all")]
    [InlineData("database migrate now", "now")]
    [InlineData("--json", "Required command was not provided")]
    [InlineData("serve now", "now")]
    [InlineData("--Urls", "--Urls")]
    [InlineData("--Urls http://localhost:5080 now", "now")]
    [InlineData("-Urls http://localhost:5080", "-Urls")]
    public async Task What_it_does_not_understand_ends_with_2_and_names_it(string command, string named)
    {
        await using var place = new ServerProcess();

        var refused = await place.RunAsync(Words(command));

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        AssertNothingMade(place);
    }

    [Theory]
    [InlineData("account add bob --mail bob@acme.example")]
    [InlineData("account list --json")]
    [InlineData("account reset bob")]
    [InlineData("audit verify")]
    [InlineData("audit export --to audit.jsonl")]
    [InlineData("audit prune --before 2026-11-24 --yes")]
    [InlineData("keys check")]
    [InlineData("database migrate")]
    public async Task Only_serve_makes_a_data_directory_and_a_database(string command)
    {
        await using var place = new ServerProcess();

        var refused = await place.RunAsync(Words(command));

        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal($"There is no data directory {place.DataDirectory}. Start the server first: serve\n", refused.Error);
        AssertNothingMade(place);

        Directory.CreateDirectory(place.DataDirectory);
        refused = await place.RunAsync(Words(command));

        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal($"There is no database in {place.DataDirectory}. Start the server first: serve\n", refused.Error);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(place.DataDirectory), file => !file.EndsWith("serve.lock", StringComparison.Ordinal));
    }

    private static string[] Words(string command) => command.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertNothingMade(ServerProcess place) =>
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(place.DataDirectory)!));
}
