namespace TwoFactor.Tests.Sessions;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Audit;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>Recovery codes: how they are saved, that each works once, and what they do not open.</summary>
public sealed class RecoveryTests : IAsyncLifetime, IDisposable
{
    private readonly App app = new();
    private TestUser ana = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ana = await TestUser.FirstAdminAsync(app, "ana");
        await ana.SaveRecoveryCodesAsync();
    }

    [Fact]
    public async Task Each_signs_in_once_removes_nothing_and_its_owner_is_told()
    {
        var (first, second) = (ana.RecoveryCodes[0], ana.RecoveryCodes[1]);
        ana.TakeNewBrowser();
        var home = await ana.RecoverAsync(first);

        Assert.Equal("/account", home.Path);
        Assert.Contains("9 of 10 left", home.Words, StringComparison.Ordinal);
        Assert.Contains("What happened to your phone?", home.Words, StringComparison.Ordinal);
        var message = await (await app.MailboxAsync()).TakeAsync(ana.Mail, "A recovery code was used, 9 are left");
        Assert.DoesNotContain(first, message.Text, StringComparison.Ordinal);
        Assert.NotNull(message.Link("/not-me/"));

        ana.TakeNewBrowser();
        Assert.Contains("That recovery code was already used", (await ana.RecoverAsync(first)).Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await ana.RecoverAsync(second.ToLowerInvariant().Replace('-', ' '))).Path);
        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
    }

    [Fact]
    public async Task Fifty_at_once_of_one_code_are_one_sign_in()
    {
        var id = await app.IdAsync("ana");
        var epoch = (await app.GuardAsync(id)).Epoch;
        var pendings = await app.AskAsync(services => services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Server,
            Locks.None,
            work => Task.FromResult(new Committed<List<Token>>(
                [.. Enumerable.Range(0, 50)
                    .Select(_ => services.GetRequiredService<PendingSignIns>().Open(work, id, epoch, "ana", null))])),
            Cancellation));

        var outcomes = await Task.WhenAll(pendings.Value.Select(pending => Task.Run(
            async () =>
            {
                RecoveryOutcome outcome;
                do
                {
                    outcome = await app.AskAsync(services => services.GetRequiredService<RecoverySignIn>().CompleteAsync(
                        pending, ana.RecoveryCodes[3], null, null, Actor.Request(
                            ActorKind.Unknown, null, null, IPAddress.Loopback), Cancellation));
                }
                while (outcome is RecoveryOutcome.Refused { Verdict: RecoveryVerdict.Busy });

                return outcome;
            },
            Cancellation)));

        Assert.Single(outcomes.OfType<RecoveryOutcome.SignedIn>());
        Assert.All(outcomes, outcome => Assert.True(
            outcome is RecoveryOutcome.SignedIn
                or RecoveryOutcome.Refused { Verdict: RecoveryVerdict.Used or RecoveryVerdict.Resting }, outcome.ToString()));
    }

    [Fact]
    public async Task Somebody_else_s_code_is_refused_and_stays_unspent()
    {
        var bob = await TestUsers.AddAsync(app, "bob", Role.User);
        await bob.SaveRecoveryCodesAsync();
        bob.TakeNewBrowser();

        Assert.Contains("That recovery code did not work", (await bob.RecoverAsync(ana.RecoveryCodes[0])).Words, StringComparison.Ordinal);

        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.RecoverAsync(ana.RecoveryCodes[0])).Path);
    }

    [Fact]
    public async Task A_typing_error_costs_a_hash_and_no_guess_and_six_digits_cost_neither()
    {
        var id = await app.IdAsync("ana");
        var hasher = app.Services.GetRequiredService<PasswordHasher>();
        var form = await FormAsync();
        var code = ana.RecoveryCodes[0];
        var typo = code[..^1] + (code[^1] == '0' ? '1' : '0');

        var before = hasher.Computed;
        Assert.Contains(
            "That recovery code did not work",
            (await ana.Browser.SubmitAsync(form, ("recovery-code", typo))).Words,
            StringComparison.Ordinal);
        Assert.Contains(
            "That recovery code did not work",
            (await ana.Browser.SubmitAsync(form, ("recovery-code", "nonsense"))).Words,
            StringComparison.Ordinal);
        Assert.Equal(before + 2, hasher.Computed);
        Assert.Contains(
            "This looks like a code from your app",
            (await ana.Browser.SubmitAsync(form, ("recovery-code", ana.Code()))).Words,
            StringComparison.Ordinal);
        Assert.Equal(before + 2, hasher.Computed);
        Assert.Equal(0, (await app.GuardAsync(id)).RecoveryFails);
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(form, ("recovery-code", code))).Path);
    }

    [Fact]
    public async Task Ten_wrong_ones_rest_for_an_hour_and_touch_no_code_of_the_app()
    {
        var id = await app.IdAsync("ana");
        for (var wrong = 0; wrong < 10; wrong++)
        {
            ana.TakeNewBrowser();
            await ana.RecoverAsync(RecoveryCode.New().RevealInGroups());
        }

        ana.TakeNewBrowser();
        Assert.Contains("Too many wrong recovery codes.", (await ana.RecoverAsync(ana.RecoveryCodes[0])).Words, StringComparison.Ordinal);
        Assert.Equal(0, (await app.GuardAsync(id)).Fails);
        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);

        app.Time.Advance(TimeSpan.FromMinutes(60));
        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.RecoverAsync(ana.RecoveryCodes[0])).Path);
        Assert.Equal((0, UnixTime.Unset), ((await app.GuardAsync(id)).RecoveryFails, (await app.GuardAsync(id)).RecoveryUntil));
    }

    [Fact]
    public async Task They_work_while_the_guard_waits()
    {
        var until = app.Time.GetUtcNow().ToUnixTimeSeconds() + 600;
        await app.ExecuteAsync($"UPDATE code_guard SET fails=10, wait_until={until}");
        ana.TakeNewBrowser();
        await ana.EnterPasswordAsync();

        Assert.Contains("A recovery code works now.", (await ana.Browser.GetAsync("/sign-in/code")).Words, StringComparison.Ordinal);
        Assert.Equal("/account", (await ana.Browser.SubmitAsync(
            await ana.Browser.GetAsync("/sign-in/recovery-code"), ("recovery-code", ana.RecoveryCodes[0]))).Path);
    }

    [Fact]
    public async Task With_a_closed_guard_one_opens_a_session_that_only_repairs_and_a_new_phone_opens_everything()
    {
        var id = await app.IdAsync("ana");
        await app.ArrangeAsync($"UPDATE code_guard SET fails=50, closed=1, fails30=50");
        ana.TakeNewBrowser();
        var page = await ana.RecoverAsync(ana.RecoveryCodes[0]);

        Assert.Equal("Repair your sign-in", page.Heading);
        foreach (var path in new[] { "/admin", "/admin/accounts", "/admin/audit", $"/admin/accounts/{id}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await ana.Browser.GetAsync(path)).Status);
        }

        var picture = await ana.Browser.PressAsync(await ana.Browser.GetAsync("/account/authenticators"), "Set up a new phone");
        await ana.ScanAsync();
        var home = await ana.Browser.SubmitAsync(picture, ("code", ana.Code()));

        Assert.Equal("Your account", home.Heading);
        Assert.Contains("From now on, codes come from the new authenticator alone.", home.Words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ana.Browser.GetAsync("/admin")).Status);
        Assert.Equal(
            (false, 0, 0), ((await app.GuardAsync(id)).Closed, (await app.GuardAsync(id)).Fails, (await app.GuardAsync(id)).Fails30));
        app.Time.Advance(RecoveryActions.HalfMinute);
        ana.TakeNewBrowser();
        Assert.Equal("/account", (await ana.SignInAsync()).Path);
    }

    [Fact]
    public async Task None_of_them_stands_in_clear_anywhere_once_they_are_saved()
    {
        var dump = await app.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>()));
        var file = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(app.DatabaseFile, Cancellation));
        foreach (var code in ana.RecoveryCodes.SelectMany(code => new[] { code, code.Replace("-", "", StringComparison.Ordinal) }))
        {
            Assert.DoesNotContain(code, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(code, file, StringComparison.Ordinal);
            Assert.DoesNotContain(app.Log.All, line => line.Contains(code, StringComparison.Ordinal));
        }

        Assert.Equal([0], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM recovery_set WHERE ciphertext IS NOT NULL"));
        Assert.Equal([10], await app.QueryAsync<int>($"SELECT COUNT(DISTINCT hash) AS Value FROM recovery_code"));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private async Task<VisitedPage> FormAsync()
    {
        ana.TakeNewBrowser();
        await ana.EnterPasswordAsync();
        return await ana.Browser.GetAsync("/sign-in/recovery-code");
    }
}
