namespace TwoFactor.Tests.Hosting;

using System.Globalization;
using System.Net;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Where the program may have to live: without a temporary folder, in somebody else's folder, with nobody who reads it.</summary>
[Slow]
public sealed class PlacesTests
{
    private const string Nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Nothing can be written to the second one, not even by root.</summary>
    [Theory]
    [InlineData("/nonexistent/tmp")]
    [InlineData("/proc")]
    public async Task No_temporary_folder_is_needed(string temporary)
    {
        await using var server = await ServerProcess.StartNewAloneAsync(("TMPDIR", temporary));
        using var ada = await NewUser.FirstAdminAsync(server);

        Assert.Equal(HttpStatusCode.OK, (await ada.Browser.GetAsync("/admin/accounts")).Status);
        Assert.Equal(0, (await server.RunAsync(["account", "list"])).ExitCode);
        Assert.Equal(0, await server.StopAsync());
        await server.StartAsync();
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_folder_that_somebody_else_lets_our_group_write_to_is_good_and_stays_as_it_is()
    {
        await using var place = await PlaceAsync();

        var run = await place.RunAsync($$"""
            mkdir data && chown 0:65534 data && chmod 2770 data
            {{Nobody}} "$DOTNET" "$DLL" serve > out 2> err & started $!
            {{Nobody}} "$DOTNET" "$DLL" account list > list 2>&1; echo "list $?"
            kill -TERM $!; wait $!; echo "serve $?"; cat err
            stat -c %a data; find data -type f -perm /077; find data -mindepth 1 -type d -perm /077
            """);

        Assert.Equal("list 0\nserve 0\n2770\n", run.Output);
    }

    [Theory]
    [InlineData("2777")]
    [InlineData("2773")]
    [InlineData("2775")]
    [InlineData("1777")]
    public async Task A_folder_of_somebody_else_that_everybody_may_enter_is_refused_with_what_to_do(string mode)
    {
        await using var place = await PlaceAsync();

        var run = await place.RunAsync($$"""
            mkdir data && chown 0:65534 data && chmod {{mode}} data
            {{Nobody}} "$DOTNET" "$DLL" serve; echo "serve $?"
            ls -A data; stat -c %a data
            """);

        Assert.Equal($"serve 1\n{mode}\n", run.Output);
        Assert.Matches(
            "^The folder /[^ ]+/data belongs to somebody else, and everybody on this machine may enter it. Close it [^\n]+\n$", run.Error);
    }

    [Fact]
    public async Task A_port_that_this_user_may_not_take_is_said_in_a_sentence()
    {
        await using var place = await PlaceAsync();
        var first = await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start", Cancellation);
        Assert.SkipWhen(int.Parse(first, CultureInfo.InvariantCulture) <= 81, "Everybody may take any port here.");

        var run = await place.RunAsync($$"""
            mkdir data && chown 65534:65534 data && chmod 700 data
            Urls=http://127.0.0.1:81 {{Nobody}} "$DOTNET" "$DLL" serve > out; echo "serve $?"
            """);

        Assert.Equal("serve 1\n", run.Output);
        Assert.Equal(
            "Urls is 'http://127.0.0.1:81'. This user may not listen there: ports below 1024 take a privilege. Choose a higher one.\n",
            run.Error);
    }

    [Theory]
    [InlineData("> /dev/full")]
    [InlineData("> out 2> /dev/full")]
    [InlineData("> /dev/full 2>&1")]
    [InlineData(">&-")]
    [InlineData("> out 2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("| true")]
    public async Task A_server_that_nobody_reads_serves_and_stops_well(string streams)
    {
        await using var place = ServerProcess.Alone();

        var run = await Shell.RunAsync(
            place,
            $$"""
            ("$DOTNET" "$DLL" serve; echo "serve $?" > code) {{streams}} &
            until [ -s data/serve.pid ] && [ -s data/setup-link ] || [ -s code ]; do sleep 0.05; done
            for wait in $(seq 100); do curl -sf -o /dev/null "$Urls/health/ready" && break; sleep 0.05; done
            for number in $(seq 50); do curl -s -o /dev/null -w '%{http_code}\n' "$Urls/sign-in"; done | sort | uniq -c | tr -d ' '
            kill -TERM "$(cat data/serve.pid)"
            until [ -s code ]; do sleep 0.05; done; cat code
            """,
            ("Urls", place.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal("50200\nserve 0\n", run.Output);
    }

    [Theory]
    [InlineData("account list --json > /dev/full", 1)]
    [InlineData("account list --json > /dev/full 2>&1", 1)]
    [InlineData("account show nobody 2> /dev/full", 1)]
    [InlineData("account frobnicate 2> /dev/full", 2)]
    [InlineData("--help > /dev/full", 1)]
    [InlineData("audit verify > /dev/full", 1)]
    [InlineData("account show nobody 2>&-", 1)]
    [InlineData("account show nobody >&- 2>&-", 1)]
    public async Task A_command_whose_answer_cannot_be_written_says_no_and_does_not_crash(string command, int code)
    {
        await using var place = ServerProcess.Alone();

        var run = await Shell.RunAsync(
            place,
            $$"""
            serve > out 2>&1 & started $!; kill -TERM $!; wait $!
            twofactor {{command}}; echo "$?"
            """,
            ("Urls", place.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal($"{code}\n", run.Output);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", run.Error, StringComparison.Ordinal);
    }

    private static Task<ForeignPlace> PlaceAsync() => ForeignPlace.MakeAsync(Nobody);

    /// <summary>A folder that another user can reach, and a shell there. It takes root to give files to somebody else.</summary>
    private sealed class ForeignPlace : IAsyncDisposable
    {
        private readonly string home = $"/tmp/twofactor-place-{Guid.NewGuid():N}";
        private readonly ServerProcess address = ServerProcess.Alone();

        public static async Task<ForeignPlace> MakeAsync(string nobody)
        {
            var place = new ForeignPlace();
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder to somebody else.");
            Directory.CreateDirectory(place.home);
            var reached = await place.RunAsync($"chmod 755 . && {nobody} test -r \"$DLL\" && {nobody} \"$DOTNET\" --list-runtimes");
            if (reached.ExitCode is not 0)
            {
                await place.DisposeAsync();
                Assert.Skip("Another user cannot read the program here.");
            }

            return place;
        }

        public Task<Execution> RunAsync(string script) => Execution.RunAsync("/bin/sh", ["-c", Shell.Words + script], adjust: start =>
        {
            Shell.Describe(start, home);
            start.Environment["Urls"] = address.Address.GetLeftPart(UriPartial.Authority);
            start.Environment["TMPDIR"] = "/tmp";
            start.Environment["HOME"] = home;
        });

        public async ValueTask DisposeAsync()
        {
            await address.DisposeAsync();
            if (Directory.Exists(home))
            {
                Directory.Delete(home, recursive: true);
            }
        }
    }
}
