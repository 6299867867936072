namespace TwoFactor.Tests.Administration.Network;

using System.Net;
using Microsoft.Extensions.Time.Testing;
using TwoFactor.Accounts.Networks;
using TwoFactor.Administration.Network;
using Xunit;

/// <summary>How many mails strangers cause: a network in a minute, all in a minute, all in an hour.</summary>
public sealed class StrangerMailsTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly StrangerMails mails;
    private int newest;

    public StrangerMailsTests() => mails = new StrangerMails(new NetworkLimits(), time);

    [Fact]
    public void A_network_asks_five_times_a_minute_whether_or_not_a_mail_follows()
    {
        var one = Network(1);
        for (var asked = 0; asked < 5; asked++)
        {
            var place = mails.TryTake(one, isFirst: true);
            Assert.NotNull(place);
            place.Return();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(mails.TryTake(one, isFirst: true));
        Assert.NotNull(mails.TryTake(Network(2), isFirst: true));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(mails.TryTake(one, isFirst: true));
    }

    [Fact]
    public void All_together_get_twenty_a_minute_and_four_of_them_are_for_names_that_got_none_today()
    {
        Assert.Equal(16, Take(100, isFirst: false));
        Assert.Equal(4, Take(100, isFirst: true));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(20, Take(100, isFirst: true));
        Assert.Equal(0, Take(100, isFirst: false));
    }

    [Fact]
    public void All_together_get_five_hundred_an_hour_and_a_hundred_of_them_are_for_names_that_got_none_today()
    {
        var minutes = 0;
        for (var taken = 0; taken < 400; minutes++)
        {
            taken += Take(100, isFirst: false);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(25, minutes);
        Assert.Equal(0, Take(100, isFirst: false));
        for (var minute = 0; minute < 5; minute++)
        {
            Assert.Equal(20, Take(100, isFirst: true));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, Take(100, isFirst: true));
        time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(20, Take(100, isFirst: true));
    }

    [Fact]
    public void A_place_without_a_mail_is_given_back_once()
    {
        var places = Enumerable.Range(0, 20).Select(_ => mails.TryTake(Network(), isFirst: true)!).ToList();
        Assert.Equal(0, Take(100, isFirst: true));

        places[0].Return();
        places[0].Return();

        Assert.Equal(1, Take(100, isFirst: true));
    }

    private int Take(int tries, bool isFirst) => Enumerable.Range(0, tries).Count(_ => mails.TryTake(Network(), isFirst) is not null);

    private ClientNetwork Network(int? number = null)
    {
        var third = number ?? 1000 + Interlocked.Increment(ref newest);
        return ClientNetwork.Of(new IPAddress([10, (byte)(third >> 8), (byte)third, 1]))!.Value;
    }
}
