namespace TwoFactor.Tests.Hosting;

using System.Net;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// What a started server says, and to whom: the link that makes the first admin is for a person at the terminal and for the owner of
/// the data directory.
/// </summary>
[Slow]
public sealed class StartupMessagesTests
{
    [Fact]
    public async Task Without_a_terminal_the_link_stands_in_the_file_only()
    {
        await using var server = await ServerProcess.StartNewAsync();
        var file = Path.Combine(server.DataDirectory, "setup-link");
        var link = await server.SetupLinkAsync();
        await Eventually.GetAsync(
            () => Task.FromResult(server.Log.Contains("Mail is not set up", StringComparison.Ordinal) ? "said" : null), () => server.Log);

        Assert.Equal(new Uri(server.Address, link.AbsolutePath), link);
        Assert.Contains(
            $"""
             TwoFactor listens on {server.Address.GetLeftPart(UriPartial.Authority)}
             First start: open the link in {file} (once, within this run)
             Mail is not set up: mails are written to {Path.Combine(server.DataDirectory, "outbox")}
             """,
            server.Log,
            StringComparison.Ordinal);
        Assert.DoesNotContain(link.Segments[^1], server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_the_link_is_printed()
    {
        var script = new Tool("script", "bsdutils").Require();
        await using var server = new ServerProcess();

        var run = await Shell.RunAsync(
            server,
            $"""
             {script} -qefc '"$DOTNET" "$DLL"' said </dev/null >/dev/null & terminal=$!
             started $terminal
             until grep -q 'Mail is not set up' said; do sleep 0.05; done
             kill -TERM "$(cat data/serve.pid)"
             wait $terminal
             cat said
             """,
            ("Urls", server.Address.GetLeftPart(UriPartial.Authority)));

        Assert.True(run.ExitCode is 0, run.Error);
        var link = await server.SetupLinkAsync();
        Assert.Contains($"First start: open {link} (once, within this run)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_start_makes_a_new_link_until_there_is_an_admin_and_then_none_opens_any_more()
    {
        await using var server = await ServerProcess.StartNewAsync();
        var first = await server.SetupLinkAsync();
        await server.StopAsync();
        await server.StartAsync();
        var second = await Eventually.GetAsync(
            async () => await server.SetupLinkAsync() is { } link && link != first ? link : null, () => "The link stayed the same.");
        using (var early = server.Visitor())
        {
            var over = await early.GetAsync(first);
            Assert.Equal(HttpStatusCode.NotFound, over.Status);
            Assert.Contains("This link was for an earlier start", over.Words, StringComparison.Ordinal);
        }

        using var ada = await NewUser.FirstAdminAsync(server);
        await AssertGoneAsync(server, first, second);

        await server.StopAsync();
        await server.StartAsync();
        await Eventually.GetAsync(
            () => Task.FromResult(File.Exists(Path.Combine(server.DataDirectory, "setup-link")) ? null : "gone"), () =>
                "The file is still there.");
        await AssertGoneAsync(server, first, second);
    }

    private static async Task AssertGoneAsync(ServerProcess server, params Uri[] links)
    {
        foreach (var link in links.Append(new Uri(server.Address, "/setup")))
        {
            using var visitor = server.Visitor();
            var page = await visitor.GetAsync(link);
            Assert.Equal(HttpStatusCode.NotFound, page.Status);
            Assert.DoesNotContain("earlier start", page.Words, StringComparison.Ordinal);
        }
    }
}
