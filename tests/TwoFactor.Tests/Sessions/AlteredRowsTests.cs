namespace TwoFactor.Tests.Sessions;

using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Somebody who writes to the database moves or stretches a proof: it opens nothing, for its seal is bound to account, row, epoch and
/// end.
/// </summary>
public sealed class AlteredRowsTests : IAsyncLifetime, IDisposable
{
    /// <summary>Raised together with the row's own, so that nothing but the seal is left to object.</summary>
    private const string RaiseEpoch = "UPDATE code_guard SET epoch=epoch+1 WHERE account_id={0}; ";

    private readonly App app = new();
    private TestUser ana = null!;
    private TestUser bob = null!;

    public async ValueTask InitializeAsync()
    {
        ana = await EnrolledAsync("ana");
        bob = await EnrolledAsync("bob");
    }

    [Theory]
    [InlineData("UPDATE session SET account_id={1} WHERE account_id={0}", 0)]
    [InlineData(RaiseEpoch + "UPDATE session SET epoch=epoch+1 WHERE account_id={0}", 0)]
    [InlineData("UPDATE session SET proven_at=created_at WHERE account_id={0}", 0)]
    [InlineData("UPDATE session SET recovered_at=created_at WHERE account_id={0}", 0)]
    [InlineData("UPDATE session SET is_repair=1 WHERE account_id={0}", 0)]
    [InlineData("UPDATE session SET step=step-1 WHERE account_id={0}", 0)]
    [InlineData("UPDATE session SET authenticator_id=account_id WHERE account_id={0}", 0)]
    [InlineData("UPDATE session SET expires_at=expires_at+864000, last_seen_at=last_seen_at+86401 WHERE account_id={0}", 86_401)]
    public async Task A_session(string alteration, int later)
    {
        await AlterAsync(alteration);
        app.Time.Advance(TimeSpan.FromSeconds(later));

        await ana.AssertSignedOutAsync();
    }

    /// <summary>Whoever makes an account look as if it had never enrolled has it invited by the next wave.</summary>
    [Fact]
    public async Task An_account_that_was_enrolled_is_not_invited_anew()
    {
        await app.ExecuteAsync(
            $"DELETE FROM authenticator WHERE account_id={await app.IdAsync("ana")}");
        await app.ExecuteAsync($"UPDATE account SET enrolled_at=NULL, password_hash=NULL WHERE user_name='ana'");
        var id = await app.IdAsync("ana");
        await Assert.ThrowsAsync<AlteredAccountException>(() => app.AskAsync(services =>
            services.GetRequiredService<Invitations>().InviteAgainAsync(null, id, Actor.Console, TestContext.Current.CancellationToken)));
    }

    /// <summary>Whoever has a password hash and recovery codes of his own could become anybody by moving both.</summary>
    [Fact]
    public async Task Recovery_codes_and_a_password_moved_to_another_account()
    {
        await bob.SaveRecoveryCodesAsync();
        var (mine, theirs) = (await app.IdAsync("ana"), await app.IdAsync("bob"));
        var thief = ana.Elsewhere(app);
        var half = await thief.EnterPasswordAsync();
        await app.ExecuteAsync($"DELETE FROM recovery_set WHERE account_id={mine}");
        await app.ExecuteAsync($"UPDATE recovery_code SET account_id={mine} WHERE account_id={theirs}");
        await app.ExecuteAsync($"UPDATE recovery_set SET account_id={mine} WHERE account_id={theirs}");

        var form = await thief.Browser.GetAsync("/sign-in/recovery-code");
        await thief.Browser.SubmitAsync(form, ("recovery-code", bob.RecoveryCodes[0]));
        await thief.AssertSignedOutAsync();
        await thief.Browser.SubmitAsync(half, ("code", ana.Code()));
        await thief.AssertSignedOutAsync();

        await app.ExecuteAsync(
            $"UPDATE account SET password_hash=(SELECT o.password_hash FROM account o WHERE o.id={theirs}) WHERE id={mine}");
        Assert.Contains("Your account is switched off.", (await ana.Elsewhere(app).EnterPasswordAsync()).Words, StringComparison.Ordinal);
        await ana.AssertSignedOutAsync();
    }

    [Theory]
    [InlineData("UPDATE pending_sign_in SET account_id={1} WHERE account_id={0}", 0)]
    [InlineData(RaiseEpoch + "UPDATE pending_sign_in SET epoch=epoch+1 WHERE account_id={0}", 0)]
    [InlineData("UPDATE pending_sign_in SET expires_at=expires_at+864000 WHERE account_id={0}", 301)]
    [InlineData("UPDATE pending_sign_in SET return_url='/admin' WHERE account_id={0}", 0)]
    public async Task A_pending_sign_in(string alteration, int later)
    {
        ana.TakeNewBrowser();
        var form = await ana.EnterPasswordAsync();
        Assert.Equal("/sign-in/code", form.Path);
        await AlterAsync(alteration);
        app.Time.Advance(TimeSpan.FromSeconds(later));

        foreach (var code in (string[])[ana.Code(), bob.Code()])
        {
            var refused = await ana.Browser.SubmitAsync(form, ("code", code));
            Assert.Equal("/sign-in/code", refused.Path);
            Assert.Contains("Start again", refused.Words, StringComparison.Ordinal);
        }

        await ana.AssertSignedOutAsync();
    }

    [Theory]
    [InlineData(RaiseEpoch + "UPDATE ticket SET epoch=epoch+1 WHERE account_id={0} AND used_at IS NULL", 0)]
    [InlineData("UPDATE ticket SET expires_at=expires_at+864000 WHERE account_id={0}", 86_401)]
    [InlineData("UPDATE ticket SET kind='invitation' WHERE kind='reset' AND account_id={0}", 0)]
    public async Task A_ticket(string alteration, int later)
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await AlterAsync(alteration);
        app.Time.Advance(TimeSpan.FromSeconds(later));
        ana.TakeNewBrowser();

        AssertRefused(await ana.EnterTicketAsync(ticket));
    }

    [Fact]
    public async Task A_ticket_that_was_given_to_another_account()
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        await app.ResetByConsoleAsync("bob");
        await AlterAsync("UPDATE ticket SET account_id={1} WHERE kind='reset' AND account_id={0}");
        bob.TakeNewBrowser();

        AssertRefused(await bob.EnterTicketAsync(ticket));
    }

    [Theory]
    [InlineData("UPDATE authenticator SET account_id={1}, number=7 WHERE account_id={0} AND state='pending'", 0)]
    [InlineData(RaiseEpoch + "UPDATE authenticator SET epoch=epoch+1 WHERE account_id={0} AND state='pending'; UPDATE ticket SET "
        + "epoch=epoch+1 WHERE account_id={0}", 0)]
    [InlineData("UPDATE authenticator SET expires_at=expires_at+864000 WHERE account_id={0} AND state='pending'", 601)]
    [InlineData("UPDATE authenticator SET replaces_all=0 WHERE account_id={0} AND state='pending'", 0)]
    [InlineData("UPDATE authenticator SET session_id=account_id WHERE account_id={0} AND state='pending'", 0)]
    [InlineData("UPDATE authenticator SET ticket_id=(SELECT id FROM ticket WHERE kind='import' OR kind='invitation' LIMIT 1) "
        + "WHERE account_id={0} AND state='pending'", 0)]
    [InlineData("UPDATE authenticator SET owner=(SELECT owner FROM authenticator WHERE account_id={0} AND state='pending') WHERE "
        + "account_id={1}; UPDATE authenticator SET owner=x'00' WHERE account_id={0}", 0)]
    public async Task A_pending_authenticator(string alteration, int later)
    {
        var ticket = await app.ResetByConsoleAsync("ana");
        ana.TakeNewBrowser();
        var picture = await ana.EnterTicketAsync(ticket);
        await ana.ScanAsync();
        await AlterAsync(alteration);
        app.Time.Advance(TimeSpan.FromSeconds(later));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await ana.Browser.GetAsync("/enroll/qr.png")).Status);
        Assert.Equal("/enroll", (await ana.Browser.SubmitAsync(picture, ("code", ana.Code()))).Path);
        await ana.AssertSignedOutAsync();
    }

    [Fact]
    public async Task A_device_that_was_given_to_another_account_has_no_budget_there()
    {
        await AlterAsync("UPDATE device SET account_id={1} WHERE account_id={0}");
        bob.TakeNewBrowser();
        bob.Browser.Cookies["TwoFactor-Device"] = ana.Browser.Cookies["TwoFactor-Device"];
        await bob.EnterPasswordAsync("not the right password");

        var budgets =
            await app.QueryAsync<Guid>($"SELECT device_id AS Value FROM password_guard WHERE account_id={await app.IdAsync("bob")}");
        Assert.Equal(Guid.Empty, Assert.Single(budgets));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static void AssertRefused(VisitedPage page)
    {
        Assert.Equal("/sign-in/ticket", page.Path);
        Assert.Contains("That ticket did not work.", page.Words, StringComparison.Ordinal);
    }

    private async Task AlterAsync(string alteration) => Assert.NotEqual(
        0, await app.ArrangeAsync(FormattableStringFactory.Create(alteration, await app.IdAsync("ana"), await app.IdAsync("bob"))));

    private async Task<TestUser> EnrolledAsync(string name)
    {
        var user = new TestUser(app, name, $"{name}@acme.example");
        await user.ConfirmAsync(await user.ChoosePasswordAsync(await user.OpenInvitationAsync(await app.InviteByConsoleAsync(name))));
        return user;
    }
}
