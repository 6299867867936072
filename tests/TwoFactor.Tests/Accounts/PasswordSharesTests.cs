namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts.Passwords;
using Xunit;

/// <summary>
/// The first half of a lane is for whoever comes first. In the second half nobody takes the places of all others: no account, no device, no
/// typed name, and among strangers no network.
/// </summary>
public sealed class PasswordSharesTests
{
    private const int Places = 32;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Crowds { get; } = ["a session", "a device", "a device under many accounts", "the set-up", "a name"];

    [Theory]
    [MemberData(nameof(Crowds))]
    public async Task One_fills_half_a_lane_and_everybody_else_still_finds_a_place(string crowd)
    {
        using var queues = PasswordLanes.Of(workers: 1, Places);
        using var blocked = await BlockedWorker.InAsync(queues);
        var (account, device) = (Guid.NewGuid(), Guid.NewGuid());
        HashCaller One() => crowd switch
        {
            "a session" => HashCaller.Owner(account),
            "a device" => HashCaller.Device(account, device),
            "a device under many accounts" => HashCaller.Device(Guid.NewGuid(), device),
            "the set-up" => HashCaller.Setup,
            _ => PasswordLanes.Stranger("Ana"),
        };

        Assert.Equal(Places / 2, Enter(queues, Places * 2, One));
        Assert.Equal(Places / 2, Enter(queues, Places * 2, crowd is "a name" ? () => PasswordLanes.Stranger() : PasswordLanes.Known));
    }

    [Fact]
    public async Task A_late_one_gets_two_places_of_the_second_half_under_all_of_its_names()
    {
        using var queues = PasswordLanes.Of(workers: 1, Places);
        using var blocked = await BlockedWorker.InAsync(queues);
        var (account, device) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Equal(Places / 2, Enter(queues, Places / 2, PasswordLanes.Known));
        Assert.Equal(Places / 2, Enter(queues, Places / 2, () => PasswordLanes.Stranger()));

        Assert.Equal(1, Enter(queues, 1, () => HashCaller.Owner(account)));
        Assert.Equal(1, Enter(queues, Places, () => HashCaller.Device(account, device)));
        Assert.Equal(0, Enter(queues, Places, () => HashCaller.Owner(account)));
        Assert.Equal(1, Enter(queues, Places, () => HashCaller.Device(Guid.NewGuid(), device)));
        Assert.Equal(2, Enter(queues, Places, () => PasswordLanes.Stranger("ANA ")));
        Assert.Equal(0, Enter(queues, Places, () => PasswordLanes.Stranger("ana")));
    }

    [Fact]
    public async Task A_network_of_strangers_gets_eight_places_of_the_second_half_and_its_known_people_are_not_counted()
    {
        using var queues = PasswordLanes.Of(workers: 1, Places);
        using var blocked = await BlockedWorker.InAsync(queues);
        Assert.Equal(Places / 2, Enter(queues, Places / 2, () => PasswordLanes.Stranger()));

        Assert.Equal(8, Enter(queues, Places, () => PasswordLanes.Stranger(network: 2)));
        Assert.Equal(8, Enter(queues, Places, () => PasswordLanes.Stranger(network: 3)));
        Assert.Equal(0, Enter(queues, Places, () => PasswordLanes.Stranger()));
        Assert.Equal(Places, Enter(queues, Places, PasswordLanes.Known));
    }

    [Fact]
    public async Task A_name_that_nobody_has_gets_as_many_places_as_one_that_somebody_has()
    {
        using var queues = PasswordLanes.Of(workers: 1, Places);
        using var blocked = await BlockedWorker.InAsync(queues);
        Enter(queues, Places / 2, () => PasswordLanes.Stranger());

        // Whether it exists is not asked: a full lane would otherwise tell.
        Assert.Equal([2, 2, 2], new[] { "ana", "ana@acme.example", "no name at all!" }.Select(
            name => Enter(queues, Places, () => PasswordLanes.Stranger(name))));
    }

    [Fact]
    public async Task Who_left_takes_no_share()
    {
        using var queues = PasswordLanes.Of(workers: 1, Places);
        using var blocked = await BlockedWorker.InAsync(queues);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Enter(queues, Places / 2, PasswordLanes.Known);
        var owner = HashCaller.Owner(Guid.NewGuid());
        Assert.Equal(2, Enter(queues, Places, () => owner, leaving.Token));

        await leaving.CancelAsync();

        Assert.Equal(2, Enter(queues, Places, () => owner));
    }

    /// <summary>How many of the tries found a place.</summary>
    private static int Enter(PasswordQueues queues, int tries, Func<HashCaller> caller, CancellationToken? cancellation = null) =>
        Enumerable.Range(0, tries).Count(_ => queues.TryEnter(() => true, caller(), out var _, cancellation ?? Cancellation));
}
