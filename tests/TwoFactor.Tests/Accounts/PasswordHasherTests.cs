namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts.Passwords;
using Xunit;

public sealed class PasswordHasherTests
{
    private static readonly TypedPassword Right = new("tulip garden");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_password_that_was_set_is_right_and_another_is_wrong()
    {
        using var hasher = new PasswordHasher(new PasswordLimits());
        var phc = await hasher.HashAsync(Right, PasswordLanes.Stranger(), Cancellation);

        Assert.Equal(new PasswordCheckResult.Right(NeedsRehash: false), await Verify(hasher, phc, Right));
        Assert.IsType<PasswordCheckResult.Wrong>(await Verify(hasher, phc, new TypedPassword("tulip gardem")));
        Assert.IsType<PasswordCheckResult.Wrong>(await Verify(hasher, phc, new TypedPassword("")));
    }

    [Fact]
    public async Task When_the_cost_grows_the_password_is_hashed_anew()
    {
        using var hasher = new PasswordHasher(new PasswordLimits { Iterations = 3 });
        var cheaper = PasswordHash.Compute(Right, new PasswordLimits()).Write();

        Assert.Equal(new PasswordCheckResult.Right(NeedsRehash: true), await Verify(hasher, cheaper, Right));
        var phc = await hasher.HashAsync(Right, PasswordLanes.Known(), Cancellation);
        Assert.Equal(new PasswordCheckResult.Right(NeedsRehash: false), await Verify(hasher, phc, Right));
    }

    [Fact]
    public async Task Whoever_is_asked_for_and_whatever_was_typed_costs_one_hash()
    {
        using var hasher = new PasswordHasher(new PasswordLimits());
        var phc = PasswordHash.Compute(Right, new PasswordLimits()).Write();
        var tooLong = new TypedPassword(new string('x', 129));
        var before = hasher.Computed;

        foreach (var (stored, typed) in new[]
        {
            (phc, Right), (phc, new("wrong")), (null, Right), ("", Right), ("$argon2id$", Right), (phc, tooLong), (null, tooLong)
        })
        {
            await Verify(hasher, stored, typed);
            Assert.Equal(++before, hasher.Computed);
        }

        Assert.IsType<PasswordCheckResult.Wrong>(await Verify(hasher, phc: null, Right));
        await hasher.HashAsync(Right, PasswordLanes.Known(), Cancellation);
        Assert.Equal(before + 2, hasher.Computed);
    }

    [Fact]
    public async Task A_password_over_the_maximum_is_never_hashed()
    {
        using var hasher = new PasswordHasher(new PasswordLimits());
        var (longest, tooLong) = (new TypedPassword(new string('x', 128)), new TypedPassword(new string('x', 129)));
        var ofLongest = PasswordHash.Compute(longest, new PasswordLimits()).Write();
        var ofTooLong = PasswordHash.Compute(tooLong, new PasswordLimits()).Write();
        var ofSubstitute = PasswordHash.Compute(new TypedPassword("instead of one that is too long"), new PasswordLimits()).Write();

        Assert.IsType<PasswordCheckResult.Right>(await Verify(hasher, ofLongest, longest));
        Assert.IsType<PasswordCheckResult.Wrong>(await Verify(hasher, ofTooLong, tooLong));
        Assert.IsType<PasswordCheckResult.Wrong>(await Verify(hasher, ofSubstitute, tooLong));
        await Assert.ThrowsAsync<ArgumentException>(() => hasher.HashAsync(tooLong, PasswordLanes.Known(), Cancellation));
    }

    [Fact]
    public async Task A_full_queue_is_told_at_once_and_nothing_is_hashed()
    {
        var limits = new PasswordLimits();
        using var queues = PasswordLanes.Of(workers: 1, places: 1);
        using var hasher = new PasswordHasher(limits, queues);
        using var blocked = await BlockedWorker.InAsync(queues);
        var waiting = hasher.VerifyAsync(phc: null, Right, PasswordLanes.Stranger(), Cancellation);

        Assert.IsType<PasswordCheckResult.Busy>(await hasher.VerifyAsync(phc: null, Right, PasswordLanes.Stranger(), Cancellation));
        Assert.Null(await hasher.HashAsync(Right, PasswordLanes.Stranger(), Cancellation));
        Assert.Equal(0, hasher.Computed);

        var owner = hasher.HashAsync(Right, PasswordLanes.Known(), Cancellation);
        blocked.Release();
        Assert.NotNull(await owner);
        Assert.IsType<PasswordCheckResult.Wrong>(await waiting);
        Assert.Equal(2, hasher.Computed);
    }

    private static Task<PasswordCheckResult> Verify(PasswordHasher hasher, string? phc, TypedPassword typed) =>
        hasher.VerifyAsync(phc, typed, PasswordLanes.Known(), Cancellation);
}
