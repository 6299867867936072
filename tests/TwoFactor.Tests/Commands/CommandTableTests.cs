namespace TwoFactor.Tests.Commands;

using System.CommandLine;
using TwoFactor.Commands;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// What each command answers for an account in each state: 0 or 1. A command without its row fails here, so the table is complete by
/// construction.
/// </summary>
[Slow]
public sealed class CommandTableTests : IAsyncDisposable
{
    private static readonly string[] States = ["nobody", "invited", "enrolled", "waiting", "closed", "reset", "frozen", "off", "ada"];

    /// <summary>Exit codes in the order of the states; ada is the last admin. NAME stands for the account.</summary>
    private static readonly Dictionary<string, string> OfAccounts = new(StringComparer.Ordinal)
    {
        ["account show NAME"] = "100000000",
        ["account edit NAME --name Other"] = "100000000",
        ["account edit NAME --role user"] = "100000001",
        ["account invite NAME"] = "101111111",
        ["account reset NAME"] = "110000000",
        ["account reset NAME --cancel"] = "111110111",
        ["account reset NAME --password"] = "110000000",
        ["account pass NAME"] = "110011110",
        ["account unlock NAME"] = "111011111",
        ["account end-sessions NAME"] = "110000000",
        ["account disable NAME"] = "100000001",
        ["account enable NAME"] = "100000000",
        ["account delete NAME --yes"] = "100000001",
        ["account rewrite NAME --yes"] = "111111111",
    };

    /// <summary>Of the whole.</summary>
    private static readonly Dictionary<string, int> OfTheWhole = new(StringComparer.Ordinal)
    {
        ["account add newcomer --mail newcomer@acme.example"] = 0,
        ["account add enrolled --mail other@acme.example"] = 1,
        ["account list"] = 0,
        ["account import FILE"] = 0,
        ["account invite --never-invited"] = 0,
        ["account remind --state invited"] = 0,
        ["group list"] = 0,
        ["group edit Sales --enroll-by 2026-12-24"] = 0,
        ["mail list"] = 0,
        ["mail retry"] = 0,
        ["audit verify"] = 0,
        ["audit export --to EXPORT"] = 0,
        ["audit prune --before 2020-01-01 --yes"] = 0,
        ["keys check"] = 0,
        ["database migrate"] = 0,
    };

    private readonly ServerProcess server = new();
    private readonly DirectoryInfo whole = Directory.CreateTempSubdirectory("twofactor-commands-");
    private readonly DirectoryInfo kept = Directory.CreateTempSubdirectory("twofactor-commands-");

    /// <summary>Everybody in their state, and the server stopped: each command then begins from the same files.</summary>
    private async Task PrepareAsync()
    {
        await server.StartAsync();
        using var ada = await NewUser.FirstAdminAsync(server);
        foreach (var name in States[1..^1])
        {
            var added = await server.RunAsync(["account", "add", name, "--mail", $"{name}@acme.example"]);
            if (name != "invited")
            {
                using var person = await NewUser.AcceptAsync(server, name, new Uri(added.Output.Split('\n')[0].Split(": ")[1].Trim()));
            }
        }

        await server.RunAsync(["account", "reset", "reset"]);
        await server.RunAsync(["account", "disable", "off"]);
        var frozen = (await server.Mailbox.TakeAsync("frozen@acme.example", "A new authenticator was added")).Link("/not-me/");
        using (var browser = server.Visitor())
        {
            await browser.PressAsync(await browser.GetAsync(frozen), "Stop it");
        }

        await server.StopAsync();
        Copy(server.DataDirectory, whole.FullName);
        await SetAsync("waiting", "fails=12, wait_until=unixepoch()+3600");
        await SetAsync("closed", "fails=50, closed=1");
        await File.WriteAllTextAsync(
            Path.Combine(server.Home, "people.csv"),
            "user_name,mail\nbrought,brought@acme.example\n",
            TestContext.Current.CancellationToken);
        Copy(server.DataDirectory, kept.FullName);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        kept.Delete(recursive: true);
        whole.Delete(recursive: true);
    }

    [Fact]
    public void Every_command_has_its_row()
    {
        var rows = OfAccounts.Keys.Concat(OfTheWhole.Keys).ToList();
        var missing = Leaves(CommandLine.Build(), "")
            .Where(leaf => leaf != "serve" && !rows.Exists(row => row == leaf || row.StartsWith(leaf + " ", StringComparison.Ordinal)));

        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_command_answers_as_the_table_says()
    {
        await PrepareAsync();
        var wrong = new List<string>();
        foreach (var (command, codes) in OfAccounts)
        {
            for (var state = 0; state < States.Length; state++)
            {
                await CompareAsync(wrong, command.Replace("NAME", States[state], StringComparison.Ordinal), codes[state] - '0', kept);
            }
        }

        foreach (var (command, code) in OfTheWhole)
        {
            await CompareAsync(wrong, command, code, whole);
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<string> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [path]
        : command.Subcommands.SelectMany(each => Leaves(each, $"{path} {each.Name}".Trim()));

    private async Task CompareAsync(List<string> wrong, string command, int expected, DirectoryInfo before)
    {
        Directory.Delete(server.DataDirectory, recursive: true);
        Copy(before.FullName, server.DataDirectory);
        var words = command.Split(' ').Select(word => word switch
        {
            "FILE" => Path.Combine(server.Home, "people.csv"),
            "EXPORT" => Path.Combine(server.Home, $"export-{Guid.NewGuid():N}"),
            _ => word,
        });
        var done = await server.RunAsync([.. words]);
        if (done.ExitCode != expected || (expected == 0 && done.Error.Length > 0) || (expected == 1 && done.Error.Length == 0))
        {
            wrong.Add($"{command}: {done.ExitCode}, not {expected}: {done.Output} {done.Error}");
        }
    }

    private async Task SetAsync(string name, string what)
    {
        await DatabaseFile.ExecuteAsync(
            server.DatabaseFile, $"UPDATE code_guard SET {what} WHERE account_id=(SELECT id FROM account WHERE user_name='{name}')");
        await AccountSealing.SealAllAsync(server.DataDirectory);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, file.Replace(from, to, StringComparison.Ordinal), overwrite: true);
        }
    }
}
