namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The same for parked sessions, new addresses and more time.</summary>
public sealed class LivingFaultsTests : FaultStories
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_parked_session_that_the_password_wakes(bool carriedOut)
    {
        var ana = await Ground.AddAsync();
        Ground.Time.Advance(TimeSpan.FromMinutes(60));
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<PasswordStep, PasswordOutcome>(step =>
            step.SubmitAsync("ana", Ground.Password, null, ana.Session, null, Ground.Stranger, Cancellation)) is PasswordOutcome.Resumed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_addresses(bool carriedOut)
    {
        var ana = await Ground.AddAsync();
        var me = await LiveAsync(ana.Session);
        var given = Assert.IsType<ProofOutcome.Given>(
            await Ground.AskAsync<Proofs, ProofOutcome>(proofs => proofs.GiveAsync(me, ana.Phone.Code(), forChanges: true, Origin.Server, Cancellation)));
        var proven = await LiveAsync(given.Session);
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<AddressChange, AddressOutcome>(change =>
            change.SetAsync(proven, "ana@new.example", "ana@home.example", Origin.Server, Cancellation)) is AddressOutcome.Changed);
        var account = (await Ground.RowsAsync<Account>()).Single(row => row.Id == ana.Id);
        Assert.Equal(("ana@new.example", "ana@acme.example", "ana@home.example", me.Epoch + 1), (account.Mail, account.FormerMail, account.SecondMail, (await Ground.GuardAsync(ana.Id)).Epoch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_not_me_that_puts_addresses_back(bool carriedOut)
    {
        var ana = await Ground.AddAsync();
        await Ground.InTransactionAsync<Addresses, bool>(async addresses =>
        {
            await addresses.ChangeAsync(ana.Id, "thief@evil.example", Cancellation);
            await addresses.ChangeSecondAsync(ana.Id, "second@evil.example", Cancellation);
            return true;
        });
        var (notMe, _) = await Ground.InTransactionAsync<Tickets, (Token, Ticket)>(tickets => Task.FromResult(tickets.Issue(TicketKinds.NotMeAddress, ana.Id, epoch: 0)));
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<TwoFactor.Administration.NotMe, bool>(stop => stop.StopAsync(notMe, Ground.Stranger, Cancellation)));
        var account = (await Ground.RowsAsync<Account>()).Single(row => row.Id == ana.Id);
        Assert.Equal(("ana@acme.example", null), (account.Mail, account.SecondMail));
    }

    [Fact]
    public async Task Fifty_at_once_that_wake_one_parked_session_get_one()
    {
        var ana = await Ground.AddAsync();
        Ground.Time.Advance(TimeSpan.FromMinutes(60));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => Ground.AskAsync<PasswordStep, PasswordOutcome>(step => step.SubmitAsync("ana", Ground.Password, null, ana.Session, null, Ground.Stranger, Cancellation)),
            Cancellation)));

        Assert.Single(outcomes.OfType<PasswordOutcome.Resumed>());
        Assert.Equal(49, outcomes.OfType<PasswordOutcome.Proven>().Count());
    }

    [Fact]
    public async Task Fifty_at_once_that_ask_for_more_time_get_it_ten_times()
    {
        var ana = await Ground.AddAsync();
        var pending = (await Ground.PendingsAsync(ana, 1))[0];

        var extended = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => Ground.InTransactionAsync<PendingSignIns, bool>(pendings => pendings.ExtendAsync(pending, Cancellation)), Cancellation)));

        Assert.Equal(10, extended.Count(each => each));
        Assert.IsType<SignInOutcome.SignedIn>(await Ground.EnterCodeAsync(pending, ana.Phone.Code()));
    }

    private async Task<SignedIn> LiveAsync(Token session) => Assert.IsType<SessionLook.Live>(await Ground.LookAtSessionAsync(session)).SignedIn;
}
