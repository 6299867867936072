namespace TwoFactor.Tests.Sessions;

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// What was made before a change is dead after it, in every browser, at the next request: each kind of change against each kind of
/// thing that could live on.
/// </summary>
public sealed class EpochTests : EpochStories
{
    [Theory]
    [InlineData("new password")]
    [InlineData("new password by link")]
    [InlineData("new mail address")]
    [InlineData("new second address")]
    [InlineData("phone added")]
    [InlineData("phone removed")]
    [InlineData("phones replaced")]
    [InlineData("new recovery codes")]
    [InlineData("reset approved")]
    [InlineData("reset approved on the console")]
    [InlineData("switched off")]
    [InlineData("another role")]
    [InlineData("another address by an admin")]
    [InlineData("not me")]
    public async Task Everything_of_before_is_dead_after(string change)
    {
        Acting = Ana.Elsewhere(App);
        Acting.RecoveryCodes = Ana.RecoveryCodes;
        await Acting.SignInAsync();
        await Acting.ProveAsync(App);
        if (change == "phone removed")
        {
            await Acting.AddPhoneAsync(App);
            Ana.Phone = Acting.Phone;
        }

        var things = await MakeAsync();
        foreach (var (name, isAlive) in things)
        {
            Assert.True(name == "half-finished sign-in" || await isAlive(), $"The {name} did not live before.");
        }

        await ChangeAsync(change);

        var alive = new List<string>();
        foreach (var (name, isAlive) in things)
        {
            if (await isAlive())
            {
                alive.Add(name);
            }
        }

        Assert.True(alive.Count == 0, $"After {change} there lives: {string.Join(", ", alive)}");
    }

    [Theory]
    [InlineData("reset cancelled by its owner")]
    [InlineData("reset cancelled on the console")]
    [InlineData("new password by link")]
    [InlineData("a second reset")]
    [InlineData("not me")]
    [InlineData("switched off")]
    [InlineData("enrolled with the ticket")]
    public async Task While_a_reset_is_open_too(string change)
    {
        var ticket = await App.ResetByConsoleAsync("ana");
        var pending = Ana.Elsewhere(App);
        await pending.EnterPasswordAsync();
        var link = await LinkAsync();
        var picture = Ana.Elsewhere(App);
        Assert.Equal("/enroll", (await picture.EnterTicketAsync(ticket)).Path);
        await picture.ScanAsync();

        await ChangeInResetAsync(change, picture);

        Assert.Contains("Start again", (await pending.Browser.GetAsync("/sign-in/ticket")).Words, StringComparison.Ordinal);
        Assert.False(await OpensAsync(link));
        Assert.Equal(HttpStatusCode.NotFound, (await picture.Browser.GetAsync("/enroll/qr.png")).Status);
        if (change is not ("switched off" or "not me"))
        {
            var again = Ana.Elsewhere(App);
            again.Password = Ana.Password;
            var asks = await again.EnterPasswordAsync();
            Assert.True(
                asks.Path == "/sign-in/code" || (await again.Browser.SubmitAsync(
                    asks, ("ticket", ticket.RevealInGroups()))).Path == "/sign-in/ticket", $"The ticket lives after {change}.");
        }
    }

    [Fact]
    public async Task Switching_on_again_brings_nothing_of_before_back()
    {
        Acting = Ana.Elsewhere(App);
        await Acting.SignInAsync();
        await Acting.ProveAsync(App);
        var things = await MakeAsync();
        await ChangeAsync("switched off");
        await SwitchAsync(on: true);

        foreach (var (name, isAlive) in things)
        {
            Assert.False(await isAlive(), $"The {name} lives again.");
        }
    }
}
