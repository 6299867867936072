namespace TwoFactor.Tests.Storage;

using System.Reflection;
using TwoFactor.Accounts;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What runs each minute under the write lock reads only the rows whose time is over.</summary>
public sealed class SweepPlansTests : IAsyncLifetime
{
    private readonly QueryPlans queryPlans = new();
    private TestHost testHost = null!;

    public static TheoryData<string> Sweepers() =>
        [.. typeof(Work).Assembly.GetTypes().Where(type => Sweep(type) is not null).Select(type => type.FullName!)];

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync(queryPlans);

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task Tickets_are_swept_by_their_end()
    {
        await testHost.RunAsync<TicketSweep, int>(Actor.Server, (noun, work) => noun.SweepAsync(work));

        AssertSearched("ticket", "IX_ticket_expires_at (expires_at<?)");
    }

    [Fact]
    public async Task Known_browsers_are_swept_by_their_end()
    {
        await testHost.RunAsync<Devices, int>(Actor.Server, (devices, work) => devices.SweepAsync(work));

        AssertSearched("device", "IX_device_expires_at (expires_at<?)");
    }

    [Fact]
    public async Task Recovery_codes_that_were_shown_are_swept_by_their_end()
    {
        await testHost.RunAsync<RecoverySets, int>(Actor.Server, (sets, work) => sets.SweepAsync(work));

        AssertSearched("recovery_set", "recovery_set_pending (expires_at<?)");
    }

    [Fact]
    public async Task Requests_for_help_are_swept_by_their_end()
    {
        await testHost.RunAsync<HelpRequests, int>(Actor.Server, (requests, work) => requests.SweepAsync(work));

        AssertSearched("help_request", "IX_help_request_ends_at (ends_at<?)");
    }

    [Theory]
    [MemberData(nameof(Sweepers))]
    public async Task A_sweep_scans_no_table(string sweeper)
    {
        await testHost.AddAsync();
        var type = typeof(Work).Assembly.GetType(sweeper)!;
        queryPlans.Forget();

        await testHost.RunAsync<IServiceProvider, bool>(Actor.Server, async (services, work) =>
        {
            await (Task)Sweep(type)!.Invoke(services.GetService(type), [work])!;
            return true;
        });

        Assert.NotEmpty(queryPlans.All);
        Assert.Empty(queryPlans.All.Where(plan => plan.Steps.Any(IsScan)).Select(plan => $"{plan.Query}: {string.Join("; ", plan.Steps)}"));
    }

    private static bool IsScan(string step) =>
        step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("USING", StringComparison.Ordinal);

    private static MethodInfo? Sweep(Type type) => Array.Find(
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly),
        method => string.Equals(method.Name, "SweepAsync", StringComparison.Ordinal)
            && method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual([typeof(Work)]));

    private void AssertSearched(string table, string index)
    {
        var steps = Assert.Single(queryPlans.Of($"DELETE FROM {table} WHERE"));
        Assert.Contains(steps, step => step.StartsWith($"SEARCH {table} USING ", StringComparison.Ordinal)
            && step.EndsWith($"INDEX {index}", StringComparison.Ordinal));
        Assert.DoesNotContain(steps, step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }
}
