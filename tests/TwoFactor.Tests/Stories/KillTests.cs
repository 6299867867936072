namespace TwoFactor.Tests.Stories;

using System.Net;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>A power cut right after an answer: what was acknowledged stands.</summary>
[Slow]
public sealed class KillTests
{
    [Fact]
    public async Task A_code_that_was_accepted_before_a_kill_is_spent_after_it()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        var database = new KilledDatabase(server.DatabaseFile);
        using var ada = await NewUser.FirstAdminAsync(server);
        var (later, laterPage) = await ada.EnterPasswordAsync();
        var (browser, page) = await ada.EnterPasswordAsync();
        var step = ada.FirstStep + 1;

        var accepted = await browser.SubmitOnceAsync(page, null, ("code", ada.Code(step)));
        await server.KillAsync();
        Assert.Equal(HttpStatusCode.Redirect, accepted.Status);
        await server.StartAsync();

        var replayed = await later.SubmitOnceAsync(laterPage, null, ("code", ada.Code(step)));
        var (anew, anewPage) = await ada.EnterPasswordAsync();
        var replayedAnew = await anew.SubmitOnceAsync(anewPage, null, ("code", ada.Code(step)));
        Assert.True(Math.Abs(NewUser.Now - step) <= 1, "The machine was so slow that the code's time is over.");
        Assert.Contains("A code for this half minute was already used", replayed.Words, StringComparison.Ordinal);
        Assert.Contains("A code for this half minute was already used", replayedAnew.Words, StringComparison.Ordinal);
        Assert.Equal(step, await database.GuardAsync("last_step", "ada"));
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
        Assert.Equal("/account", (await ada.Browser.GetAsync("/account")).Path);
        await database.AssertWholeAsync();
    }

    [Fact]
    public async Task A_wrong_code_that_was_counted_before_a_kill_is_counted_after_it()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        var database = new KilledDatabase(server.DatabaseFile);
        using var ada = await NewUser.FirstAdminAsync(server);
        var (browser, page) = await ada.EnterPasswordAsync();

        for (var fails = 1; fails <= 3; fails++)
        {
            var answer = await browser.SubmitOnceAsync(page, null, ("code", ada.WrongCode()));
            await server.KillAsync();
            Assert.Contains("That code did not work", answer.Words, StringComparison.Ordinal);
            Assert.Contains($"{5 - fails} tries left", answer.Words, StringComparison.Ordinal);
            await server.StartAsync();

            Assert.Equal(fails, await database.GuardAsync("fails", "ada"));
            Assert.Equal(fails, await database.GuardAsync("fails30", "ada"));
            Assert.Equal(fails, await database.EventsAsync("code.wrong", "ada"));
        }

        var verified = await server.RunAsync(["audit", "verify"]);
        Assert.True(verified.ExitCode is 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task A_recovery_code_and_a_link_that_were_used_before_a_kill_are_used_after_it()
    {
        await using var server = await ServerProcess.StartNewAloneAsync();
        var database = new KilledDatabase(server.DatabaseFile);
        using var ada = await NewUser.FirstAdminAsync(server);
        var shown = await ada.Browser.GetAsync("/enroll/recovery-codes");
        var code = shown.Document.QuerySelector(".codes li")!.TextContent.Trim();
        await ada.Browser.SubmitAsync(shown, ("saved", "yes"));
        var (later, _) = await ada.EnterPasswordAsync();
        var (browser, _) = await ada.EnterPasswordAsync();
        var form = await later.GetAsync("/sign-in/recovery-code");

        var accepted = await browser.SubmitOnceAsync(await browser.GetAsync("/sign-in/recovery-code"), null, ("recovery-code", code));
        await server.KillAsync();
        Assert.Equal(HttpStatusCode.Redirect, accepted.Status);
        await server.StartAsync();

        Assert.Contains(
            "That recovery code was already used",
            (await later.SubmitOnceAsync(form, null, ("recovery-code", code))).Words,
            StringComparison.Ordinal);
        Assert.Equal(1, await database.GuardAsync("recovery_fails", "ada"));
        Assert.Contains("9 of 10 left", (await browser.GetAsync("/account")).Words, StringComparison.Ordinal);
        await server.Mailbox.TakeAsync("ada@acme.example", "A recovery code was used, 9 are left");

        var link = new Uri((await server.RunAsync(["account", "reset", "ada", "--password"])).Output.Split('\n')[0].Split(": ")[1].Trim());
        using var elsewhere = server.Visitor();
        const string password = "a sentence that nobody had before";
        var changed = await elsewhere.SubmitOnceAsync(
            await elsewhere.GetAsync(link), null, ("new-password", password), ("new-password-again", password));
        await server.KillAsync();
        Assert.Equal(HttpStatusCode.Redirect, changed.Status);
        await server.StartAsync();

        using var thief = server.Visitor();
        Assert.Contains("This was used on", (await thief.GetAsync(link)).Words, StringComparison.Ordinal);
        Assert.Equal("/sign-in", (await browser.GetAsync("/account")).Address.AbsolutePath);
        Assert.Equal(
            "/sign-in/code",
            (await elsewhere.SubmitAsync(await elsewhere.GetAsync("/sign-in"), ("username", "ada"), ("password", password))).Path);
        await database.AssertWholeAsync();
    }
}
