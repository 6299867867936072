namespace TwoFactor.Tests.Sessions;

using TwoFactor.Sessions;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Whoever knows a password makes rows with it. The ended ones do not pile up, and a live one is never pushed out.
/// </summary>
public sealed class PendingSignInsKeptTests
{
    private const int Kept = 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Each way in which a pending sign-in ends.</summary>
    public static TheoryData<string> Ends { get; } =
    [
        "UPDATE pending_sign_in SET used_at=created_at WHERE account_id=$ana",
        "UPDATE pending_sign_in SET tries=5 WHERE account_id=$ana",
        "UPDATE pending_sign_in SET expires_at=created_at WHERE account_id=$ana",
        "UPDATE code_guard SET epoch=epoch+1 WHERE account_id=$ana",
    ];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Of_the_ended_ones_an_account_keeps_the_newest(string end)
    {
        await using var testHost = await TestHost.PrepareAsync();
        var (ana, bob) = (await testHost.AddAsync(), await testHost.AddAsync("bob"));
        for (var count = 0; count < Kept + 5; count++)
        {
            await testHost.PendingsAsync(ana, 1);
            testHost.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await testHost.PendingsAsync(bob, Kept + 5);
        await testHost.ArrangeAsync(end, ("$ana", Text(ana.Id)));
        var newest = (await RowsOfAsync(testHost, ana)).OrderByDescending(row => row.CreatedAt.Seconds).Take(Kept).Select(row => row.Id);

        // The clock moves by a second, so that the rows can be told apart.
        testHost.Time.Advance(TimeSpan.FromSeconds(1));
        var live = await testHost.EnterPasswordAsync("ana");

        var left = await RowsOfAsync(testHost, ana);
        Assert.Equal(Kept + 1, left.Count);
        Assert.All(newest, id => Assert.Contains(left, row => row.Id == id));
        Assert.Equal(Kept + 5, (await RowsOfAsync(testHost, bob)).Count);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(live, ana.Phone.Code()));
    }

    [Fact]
    public async Task A_live_one_is_never_pushed_out()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var owners = await testHost.EnterPasswordAsync("ana");
        await testHost.PendingsAsync(ana, 300);

        for (var count = 0; count < Kept + 5; count++)
        {
            await testHost.EnterPasswordAsync("ana");
        }

        Assert.Equal(300 + Kept + 6, (await RowsOfAsync(testHost, ana)).Count);
        Assert.IsType<SignInOutcome.SignedIn>(await testHost.EnterCodeAsync(owners, ana.Phone.Code()));
    }

    /// <summary>Three hours of right passwords, one a minute: what is left is what lives, and the newest of the others.</summary>
    [Fact]
    public async Task Repeating_a_known_password_for_hours_leaves_few_rows()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();

        for (var minute = 0; minute < 180; minute++)
        {
            await testHost.EnterPasswordAsync("ana");
            testHost.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.InRange((await RowsOfAsync(testHost, ana)).Count, Kept, Kept + 5);
    }

    /// <summary>The longest name and the longest way back together stay below 2 KB.</summary>
    [Fact]
    public async Task A_row_is_small()
    {
        await using var testHost = await TestHost.PrepareAsync();
        var ana = await testHost.AddAsync();
        var way = "/" + new string('w', PendingSignIn.LongestReturnUrl - 1);
        var typed = "ana" + new string('\u3000', 250);

        await testHost.AskAsync<PasswordStep, PasswordOutcome>(
            step => step.SubmitAsync(typed, TestHost.Password, null, null, way, TestHost.Stranger, Cancellation));

        var row = Assert.Single(await RowsOfAsync(testHost, ana));
        Assert.Equal(way, row.ReturnUrl);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(row.ReturnUrl + row.TypedName), 1024, 2048);
    }

    private static async Task<List<PendingSignIn>> RowsOfAsync(TestHost testHost, Colleague who) =>
        [.. (await testHost.RowsAsync<PendingSignIn>()).Where(row => row.AccountId == who.Id)];

    private static string Text(Guid id) => id.ToString().ToUpperInvariant();
}
