namespace TwoFactor.Tests.Sessions;

using System.Net;
using TwoFactor.Audit;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>The owner's own phones: one more, one instead, one less, another name.</summary>
public sealed class OwnAuthenticatorsTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ana = null!;

    public async ValueTask InitializeAsync()
    {
        ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.SaveRecoveryCodesAsync();
    }

    [Fact]
    public async Task A_second_phone_works_beside_the_first_until_that_is_removed()
    {
        var first = ana.Phone!;
        var other = ana.Elsewhere(app);
        await other.SignInAsync();
        await ana.ProveAsync(app);

        var list = await ana.AddPhoneAsync(app);

        Assert.Contains("Done. Authenticator app still works too. Remove it below, or keep both.", list.Words, StringComparison.Ordinal);
        await other.AssertSignedOutAsync();
        Assert.Equal(2, await NumberAsync());
        var withFirst = ana.Elsewhere(app);
        withFirst.Phone = first;
        Assert.Equal("/account", (await withFirst.SignInAsync()).Path);
        app.Time.Advance(RecoveryActions.HalfMinute);
        Assert.Equal("/account", (await ana.Elsewhere(app).SignInAsync()).Path);

        var removed = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Remove Authenticator app");

        Assert.Contains("Removed. Delete its line in the app.", removed.Words, StringComparison.Ordinal);
        await withFirst.AssertSignedOutAsync();
        app.Time.Advance(RecoveryActions.HalfMinute);
        var refused = ana.Elsewhere(app);
        refused.Phone = first;
        Assert.Contains(
            "That code did not work",
            (await refused.Browser.SubmitAsync(await refused.EnterPasswordAsync(), ("code", refused.Code()))).Words,
            StringComparison.Ordinal);
        Assert.Equal("/account", (await ana.Elsewhere(app).SignInAsync()).Path);
        await (await app.MailboxAsync()).TakeAsync(ana.Mail, "An authenticator was removed");
        Assert.Contains("10 of 10 left", (await ana.Browser.GetAsync("/account")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_fresh_proof_nothing_is_added_and_nothing_removed()
    {
        await ana.ProveAsync(app);
        await ana.AddPhoneAsync(app);
        var list = await ana.Browser.GetAsync("/account/authenticators");
        app.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("/proof?for=authenticators", (await ana.Browser.PressAsync(list, "Set up another phone")).Path);
        Assert.Equal("/proof?for=authenticators", (await ana.Browser.PressAsync(list, "Remove Authenticator app")).Path);
        Assert.Equal([2], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM authenticator WHERE state='active'"));
        Assert.Equal(0, await app.CountAsync(AuditKinds.AuthenticatorRemoved, await app.IdAsync("ana")));
    }

    [Fact]
    public async Task A_session_that_is_ended_takes_its_picture_with_it()
    {
        await ana.ProveAsync(app);
        var picture = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        await ana.ScanAsync();
        var before = await app.GuardAsync(await app.IdAsync("ana"));
        await app.ExecuteAsync($"UPDATE session SET ended_at=1");

        var answer = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));

        Assert.Equal("/enroll", answer.Path);
        Assert.Equivalent(before, await app.GuardAsync(await app.IdAsync("ana")), strict: true);
        Assert.Equal([1], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM authenticator WHERE state='active'"));
    }

    [Fact]
    public async Task A_picture_that_is_not_confirmed_changes_nothing()
    {
        await ana.ProveAsync(app);
        var before = await app.GuardAsync(await app.IdAsync("ana"));
        var picture = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up another phone");
        Assert.Contains(
            "That code does not fit this picture",
            (await ana.Browser.SubmitAsync(picture, ("code", "000000"))).Words,
            StringComparison.Ordinal);
        app.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Contains("This picture was valid for 10 minutes.", (await ana.Browser.GetAsync("/enroll")).Words, StringComparison.Ordinal);
        Assert.Equivalent(before, await app.GuardAsync(await app.IdAsync("ana")), strict: true);
        Assert.Equal("/account", (await ana.Elsewhere(app).SignInAsync()).Path);
    }

    [Fact]
    public async Task The_only_one_stays_and_the_sixth_does_not_come()
    {
        await ana.ProveAsync(app);
        Assert.Null((await ana.Browser.GetAsync("/account/authenticators")).Document.QuerySelector("[action$='handler=Remove']"));
        for (var phone = 2; phone <= 5; phone++)
        {
            await ana.AddPhoneAsync(app);
        }

        var list = await ana.Browser.GetAsync("/account/authenticators");
        var refused = await ana.Browser.PressAsync(list, "Set up another phone");
        Assert.Contains("You have five authenticators, and that is the most. Remove one first.", refused.Words, StringComparison.Ordinal);

        // Two tabs, two phones left, both removed: one of the two is the last.
        var ids = await app.QueryAsync<Guid>($"SELECT id AS Value FROM authenticator WHERE state='active' ORDER BY number");
        for (var phone = 0; phone < 3; phone++)
        {
            Assert.Contains("Removed.", (await RemoveAsync(list, ids[phone])).Words, StringComparison.Ordinal);
        }

        Assert.Contains("Removed.", (await RemoveAsync(list, ids[3])).Words, StringComparison.Ordinal);
        Assert.Contains(
            "This is your only authenticator. Add another one first, then remove this.",
            (await RemoveAsync(list, ids[4])).Words,
            StringComparison.Ordinal);
        Assert.Equal([1], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM authenticator WHERE state='active'"));
    }

    [Fact]
    public async Task Each_has_a_name_of_its_own_and_somebody_else_s_is_not_found()
    {
        await ana.ProveAsync(app);
        var list = await ana.AddPhoneAsync(app);
        var ids = await app.QueryAsync<Guid>($"SELECT id AS Value FROM authenticator WHERE state='active' ORDER BY number");

        var renamed = await RenameAsync(list, ids[1], "Pixel 8");
        Assert.Contains("Renamed.", renamed.Words, StringComparison.Ordinal);
        var taken = await RenameAsync(renamed, ids[0], "pixel 8");
        Assert.Contains("You already have an authenticator named pixel 8. Choose another name.", taken.Words, StringComparison.Ordinal);
        Assert.Equal("pixel 8", taken.Document.QuerySelector($"#label-{ids[0]:N}")?.GetAttribute("value"));
        Assert.Contains("A name has 1 to 64 characters", (await RenameAsync(renamed, ids[0], " ")).Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await RenameAsync(renamed, Guid.NewGuid(), "mine")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await RemoveAsync(renamed, Guid.NewGuid())).Status);
    }

    [Fact]
    public async Task A_recovery_code_replaces_a_lost_phone_and_keeps_the_other_codes()
    {
        var lost = ana.Phone!;
        ana.TakeNewBrowser();
        await ana.RecoverAsync(ana.RecoveryCodes[0]);

        var picture = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up a new phone");
        await ana.ScanAsync();
        var home = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));

        Assert.Equal("/account", home.Path);
        Assert.Contains("9 of 10 left", home.Words, StringComparison.Ordinal);
        app.Time.Advance(RecoveryActions.HalfMinute);
        var finder = ana.Elsewhere(app);
        finder.Phone = lost;
        Assert.Contains(
            "That code did not work",
            (await finder.Browser.SubmitAsync(await finder.EnterPasswordAsync(), ("code", finder.Code()))).Words,
            StringComparison.Ordinal);
        Assert.Equal("/account", (await ana.Elsewhere(app).SignInAsync()).Path);
        Assert.Equal("/account", (await ana.Elsewhere(app).RecoverAsync(ana.RecoveryCodes[1])).Path);
    }

    [Fact]
    public async Task A_recovery_code_is_no_proof_after_a_quarter_of_an_hour()
    {
        ana.TakeNewBrowser();
        await ana.RecoverAsync(ana.RecoveryCodes[0]);
        app.Time.Advance(TimeSpan.FromMinutes(14));
        var list = await ana.Browser.GetAsync("/account/authenticators");
        Assert.Equal("/enroll", (await ana.Browser.PressAsync(list, "Set up a new phone")).Path);
        Assert.Equal("/account/password", (await ana.Browser.GetAsync("/account/password")).Path);

        app.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("/proof?for=authenticators", (await ana.Browser.PressAsync(list, "Set up a new phone")).Path);
        Assert.Equal("/proof?for=password", (await ana.Browser.GetAsync("/account/password")).Path);
        Assert.Equal(
            "/proof?for=recovery-codes",
            (await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/recovery-codes"), "Make new codes")).Path);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private async Task<int> NumberAsync() => Assert.Single(await app.QueryAsync<int>($"SELECT MAX(number) AS Value FROM authenticator"));

    private async Task<VisitedPage> RemoveAsync(VisitedPage list, Guid authenticator) =>
        await PostAsync(list, "Remove", authenticator, null);

    private async Task<VisitedPage> RenameAsync(VisitedPage list, Guid authenticator, string label) =>
        await PostAsync(list, "Rename", authenticator, label);

    private async Task<VisitedPage> PostAsync(VisitedPage list, string handler, Guid authenticator, string? label)
    {
        var token = list.Document.QuerySelector("main [name='form-token']")!.GetAttribute("value")!;
        var fields = new Dictionary<string, string> { ["form-token"] = token, ["authenticator"] = authenticator.ToString() };
        if (label is not null)
        {
            fields["label"] = label;
        }

        using var content = new FormUrlEncodedContent(fields);
        var answer =
            await ana.Browser.OnceAsync(HttpMethod.Post, new Uri($"/account/authenticators?handler={handler}", UriKind.Relative), content);
        return answer.Headers.Location is { } next ? await ana.Browser.GetAsync(next.OriginalString) : answer;
    }
}
