namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Passwords;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Messages;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The same for a forgotten password: asking for a link, and using it.</summary>
public sealed class ForgottenFaultsTests : FaultStories
{
    [Theory]
    [InlineData("ana", false)]
    [InlineData("ana", true)]
    [InlineData("ivan", false)]
    [InlineData("ivan", true)]
    [InlineData("nobody", false)]
    [InlineData("nobody", true)]
    public async Task Asking(string name, bool carriedOut)
    {
        await TestHost.AddAsync();
        await TestHost.InviteAsync("ivan");
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<PasswordRequests, bool>(async requests =>
        {
            await requests.AskAsync(name, null, Tests.Harness.TestHost.Stranger, Cancellation);
            return true;
        }));
        Assert.DoesNotContain(await TestHost.RowsAsync<OutboxMessage>(), message => message.AccountId == Guid.Empty);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Using_a_link(bool carriedOut)
    {
        var ana = await TestHost.AddAsync();
        var made = await TestHost.AskAsync<PasswordLinks, (Token Token, Ticket Ticket)?>(
            links => links.MakeAsync(ana.Id, Actor.Console, Cancellation));
        var typed = new TypedPassword("an entirely different sentence");
        await FailEachCallAsync(carriedOut, async () => await TestHost.AskAsync<PasswordLinkAcceptance, PasswordLinkOutcome>(links =>
            links.UseAsync(
                made!.Value.Token, typed, typed, null, Tests.Harness.TestHost.Stranger, Cancellation)) is PasswordLinkOutcome.Changed);
        var account = (await TestHost.RowsAsync<Account>()).Single(row => row.Id == ana.Id);
        Assert.Equal(((UnixTime?)TestHost.Now, (UnixTime?)null), (account.UntrustedSince, account.ReverifiedAt));
        Assert.Single((await TestHost.RowsAsync<OutboxMessage>()), message => message.Kind == OwnerNotices.PasswordChanged.Name);
    }
}
