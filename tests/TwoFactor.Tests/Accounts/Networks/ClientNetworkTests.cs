namespace TwoFactor.Tests.Accounts.Networks;

using System.Net;
using TwoFactor.Accounts.Networks;
using TwoFactor.Audit;
using TwoFactor.Storage;
using Xunit;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.254", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.9", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("127.0.0.1", "127.0.1.1", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "0.0.0.1", false)]
    [InlineData("0.0.0.0", "::", false)]
    public void It_is_24_bits_of_an_old_address_and_64_of_a_new_one(string one, string other, bool isSame)
    {
        Assert.Equal(isSame, ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)));
        Assert.Equal(isSame, Of(one) == Of(other));
    }

    [Fact]
    public void Who_comes_over_no_network_has_none()
    {
        Assert.Null(ClientNetwork.Of((IPAddress?)null));
        Assert.Null(ClientNetwork.Of(Actor.Console));
    }

    private static ClientNetwork? Of(string address) =>
        ClientNetwork.Of(Actor.Request(ActorKind.Unknown, null, null, IPAddress.Parse(address)));
}
