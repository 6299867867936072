namespace TwoFactor.Tests.Sessions;

using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>A set of recovery codes is shown to one session for ten minutes, and valid once it is said to be saved.</summary>
public sealed class RecoverySetsTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ana = null!;

    public async ValueTask InitializeAsync() => ana = await TestUser.FirstAdminAsync(app, "ana");

    [Fact]
    public async Task They_are_not_valid_until_they_are_said_to_be_saved()
    {
        var page = await ana.Browser.GetAsync("/enroll/recovery-codes");
        var shown = Codes(page);
        Assert.Equal(10, shown.Distinct(StringComparer.Ordinal).Count());
        var refused = await ana.Browser.SubmitAsync(page);
        Assert.Contains("Save the codes, then say so here.", refused.Words, StringComparison.Ordinal);
        Assert.Equal(shown, Codes(refused));
        var elsewhere = ana.Elsewhere(app);
        Assert.Contains("That recovery code did not work", (await elsewhere.RecoverAsync(shown[0])).Words, StringComparison.Ordinal);

        Assert.Equal(shown, Codes(await ana.Browser.GetAsync("/enroll/recovery-codes")));
        var saved = await ana.Browser.SubmitAsync(page, ("saved", "yes"));

        Assert.Contains("These recovery codes are valid now", saved.Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await ana.Elsewhere(app).RecoverAsync(shown[0])).Path);
        Assert.Equal("/account/recovery-codes", (await ana.Browser.GetAsync("/enroll/recovery-codes")).Path);
    }

    [Fact]
    public async Task No_other_session_sees_them_and_after_ten_minutes_nobody()
    {
        var other = ana.Elsewhere(app);
        await other.SignInAsync();
        Assert.Equal("/account/recovery-codes", (await other.Browser.GetAsync("/enroll/recovery-codes")).Path);
        var page = await ana.Browser.GetAsync("/enroll/recovery-codes");
        Assert.Equal("/enroll/recovery-codes", page.Path);

        app.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("/account/recovery-codes", (await ana.Browser.GetAsync("/enroll/recovery-codes")).Path);
        Assert.Contains(
            "Those codes can no longer be saved.", (await ana.Browser.SubmitAsync(page, ("saved", "yes"))).Words, StringComparison.Ordinal);
        Assert.Equal([0], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM recovery_set WHERE state='active'"));
    }

    [Fact]
    public async Task New_ones_take_a_later_code_end_the_old_ones_and_every_other_session()
    {
        var old = await ana.SaveRecoveryCodesAsync();
        var other = ana.Elsewhere(app);
        await other.SignInAsync();
        app.Time.Advance(RecoveryActions.HalfMinute);

        var proof = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/recovery-codes"), "Make new codes");
        Assert.Equal("/proof?for=recovery-codes", proof.Path);
        Assert.Contains("to make new recovery codes", proof.Words, StringComparison.Ordinal);
        var form = await ana.Browser.SubmitAsync(proof, ("code", ana.Code()));
        Assert.Equal("/account/recovery-codes", form.Path);
        var made = await ana.Browser.PressAsync(form, "Make new codes");
        Assert.Equal("/enroll/recovery-codes", made.Path);
        var shown = Codes(made);
        Assert.Empty(shown.Intersect(old, StringComparer.Ordinal));
        Assert.Equal("/account", (await ana.Elsewhere(app).RecoverAsync(old[0])).Path);

        Assert.Equal("/account", (await ana.Browser.SubmitAsync(made, ("saved", "yes"))).Path);

        await other.AssertSignedOutAsync();
        await ana.AssertSignedInAsync();
        Assert.Contains("That recovery code did not work", (await ana.Elsewhere(app).RecoverAsync(old[1])).Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await ana.Elsewhere(app).RecoverAsync(shown[0])).Path);
        await (await app.MailboxAsync()).TakeAsync(ana.Mail, "New recovery codes were saved");
    }

    [Fact]
    public async Task A_second_tab_that_made_newer_ones_keeps_the_older_page_from_saving_what_nobody_saw()
    {
        await ana.SaveRecoveryCodesAsync();
        await ana.ProveAsync(app);
        var first = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/recovery-codes"), "Make new codes");
        var second = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/recovery-codes"), "Make new codes");

        var answer = await ana.Browser.SubmitAsync(first, ("saved", "yes"));

        Assert.Equal("/enroll/recovery-codes", answer.Path);
        Assert.Contains("You made newer codes in another tab.", answer.Words, StringComparison.Ordinal);
        Assert.Equal(Codes(second), Codes(answer));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static string[] Codes(VisitedPage page) =>
        [.. page.Document.QuerySelectorAll(".codes li").Select(code => code.TextContent.Trim())];
}
