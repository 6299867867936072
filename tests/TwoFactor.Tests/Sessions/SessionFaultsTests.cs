namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Keys;
using TwoFactor.Mail.Messages;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The same for parked sessions, new addresses and more time.</summary>
public sealed class SessionFaultsTests : FaultStories
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_parked_session_that_the_password_wakes(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        TestHost.Time.Advance(TimeSpan.FromMinutes(60));
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<PasswordStep, PasswordOutcome>(step =>
            step.SubmitAsync(
                "ana", TestHost.Password, null, ana.Session, null, TestHost.Stranger, Cancellation)) is PasswordOutcome.Resumed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_addresses(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        var me = await LiveAsync(ana.Session);
        var given = Assert.IsType<ProofOutcome.Given>(
            await TestHost.AskAsync<Proofs, ProofOutcome>(
                proofs => proofs.GiveAsync(me, ana.Phone.Code(), forChanges: true, Actor.Server, Cancellation)));
        var proven = await LiveAsync(given.Session);
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<AddressChange, AddressOutcome>(change =>
            change.SetAsync(proven, "ana@new.example", "ana@home.example", Actor.Server, Cancellation)) is AddressOutcome.Changed);
        var account = (await TestHost.RowsAsync<Account>()).Single(row => row.Id == ana.Id);
        Assert.Equal(
            ("ana@new.example", "ana@acme.example", "ana@home.example", me.Epoch.Next()),
            (account.Mail, account.FormerMail, account.SecondMail, (await TestHost.GuardAsync(ana.Id)).Epoch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_not_me_that_puts_addresses_back(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        await TestHost.ChangeAsync<Addresses, bool>(ana.Id, async (addresses, work) =>
        {
            await addresses.ChangeAsync(work, ana.Id, "thief@evil.example");
            await addresses.ChangeSecondAsync(work, ana.Id, "second@evil.example");
            return true;
        });
        var (notMe, _) = await TestHost.RunAsync<Tickets, (Token, Ticket)>(
            Actor.Server,
            (tickets, work) => Task.FromResult(tickets.Issue(work, OwnerNotices.AddressChanged.NotMeTicket, ana.Id, Epoch.None)));
        await FailEachCallAsync(carriedOut, async () =>
            await TestHost.AskAsync<TwoFactor.Administration.NotMe, bool>(stop => stop.StopAsync(notMe, TestHost.Stranger, Cancellation)));
        var account = (await TestHost.RowsAsync<Account>()).Single(row => row.Id == ana.Id);
        Assert.Equal(("ana@acme.example", null), (account.Mail, account.SecondMail));
    }

    [Fact]
    public async Task Fifty_at_once_that_wake_one_parked_session_get_one()
    {
        var ana = await TestHost.AddAsync();
        TestHost.Time.Advance(TimeSpan.FromMinutes(60));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => TestHost.AskAsync<PasswordStep, PasswordOutcome>(
                step => step.SubmitAsync("ana", TestHost.Password, null, ana.Session, null, TestHost.Stranger, Cancellation)),
            Cancellation)));

        Assert.Single(outcomes.OfType<PasswordOutcome.Resumed>());
        Assert.Equal(49, outcomes.OfType<PasswordOutcome.Proven>().Count());
    }

    [Fact]
    public async Task Fifty_at_once_that_ask_for_more_time_get_it_ten_times()
    {
        var ana = await TestHost.AddAsync();
        var pending = (await TestHost.PendingsAsync(ana, 1))[0];

        var extended = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => TestHost.AskAsync<PendingSignIns, bool>(
                pendings => pendings.ExtendAsync(pending, TestHost.Stranger, Cancellation)), Cancellation)));

        Assert.Equal(10, extended.Count(each => each));
        Assert.IsType<SignInOutcome.SignedIn>(await TestHost.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    private async Task<CurrentSession> LiveAsync(Token session) =>
        Assert.IsType<SessionState.Live>(await TestHost.LookAtSessionAsync(session)).CurrentSession;
}
