namespace TwoFactor.Tests.Sessions;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Mail;
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
        await Ground.AddAsync();
        await Ground.InviteAsync("ivan");
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<PasswordRequests, bool>(async requests =>
        {
            await requests.AskAsync(name, Tests.Harness.Ground.Stranger, Cancellation);
            return true;
        }));
        Assert.DoesNotContain(await Ground.RowsAsync<OutboxMessage>(), message => message.AccountId == Guid.Empty);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Using_a_link(bool carriedOut)
    {
        var ana = await Ground.AddAsync();
        var made = await Ground.AskAsync<PasswordLinks, (Token Token, Ticket Ticket)?>(links => links.MakeAsync(ana.Id, Origin.Console, Cancellation));
        var typed = new TypedPassword("an entirely different sentence");
        await FailEachCallAsync(carriedOut, async () => await Ground.AskAsync<PasswordLinks, PasswordLinkOutcome>(links =>
            links.UseAsync(made!.Value.Token, typed, typed, null, Tests.Harness.Ground.Stranger, Cancellation)) is PasswordLinkOutcome.Changed);
        var account = (await Ground.RowsAsync<Account>()).Single(row => row.Id == ana.Id);
        Assert.Equal((Ground.Now, (long?)null), (account.DoubtedAt, account.TrustedAt));
        Assert.Single((await Ground.RowsAsync<OutboxMessage>()), message => message.Kind == LetterKinds.PasswordChanged);
    }
}
