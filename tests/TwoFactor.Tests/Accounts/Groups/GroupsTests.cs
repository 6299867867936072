namespace TwoFactor.Tests.Accounts.Groups;

using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Lists;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Who is in which group, and by when they should be enrolled.</summary>
public sealed class GroupsTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task The_first_spelling_of_a_group_is_everybody_s()
    {
        var (ana, bo) = ((await testHost.InviteAsync("ana")).Id, (await testHost.InviteAsync("bo")).Id);
        await testHost.SetGroupsAsync(ana, "Sales", "R&D");

        Assert.True(await testHost.SetGroupsAsync(bo, "SALES"));

        Assert.Equal(["Sales"], await OfAsync(bo));
        Assert.Equal(["R&D", "Sales"], await OfAsync(ana));
        Assert.Equal(["ana", "bo"], await testHost.ListAsync(group: "Sales"));
        Assert.Equal("Sales", await testHost.AskAsync<Groups, string?>(groups => groups.FindAsync(" sales", Cancellation)));
        Assert.Null(await testHost.AskAsync<Groups, string?>(groups => groups.FindAsync("Sal", Cancellation)));
    }

    /// <summary>A name is one row, whoever writes it: of two at once, one decides how it is spelled.</summary>
    [Fact]
    public async Task A_group_has_one_spelling_and_a_new_one_only_when_nothing_of_it_is_left()
    {
        var (ana, bo) = ((await testHost.InviteAsync("ana")).Id, (await testHost.InviteAsync("bo")).Id);
        await testHost.SetDateAsync("Sales", "2026-12-10");
        await testHost.SetGroupsAsync(ana, "SALES");
        Assert.Equal(["Sales"], await OfAsync(ana));

        await testHost.SetDateAsync("sales", null);
        await testHost.SetGroupsAsync(bo, "sAlEs");
        Assert.Equal(["Sales"], await OfAsync(bo));

        await testHost.SetGroupsAsync(ana);
        await testHost.SetGroupsAsync(bo);
        await testHost.ImportAsync("user_name,mail,groups", "ana,ana@acme.example,SALES", "carl,carl@acme.example,sales");
        Assert.Equal(["SALES"], await OfAsync(ana));
        Assert.Equal(["SALES"], await OfAsync((await testHost.AccountAsync("carl")).Id));
        Assert.Equal(("sales", "SALES"), (await testHost.RowsAsync<GroupSpelling>()).Select(row => (row.Folded, row.Name)).Single());
    }

    [Fact]
    public async Task Every_change_stands_in_the_audit_with_its_names_and_none_is_none()
    {
        var (ana, _) = await testHost.InviteAsync("ana");
        await testHost.SetGroupsAsync(ana, "Sales", "R&D");
        Assert.False(await testHost.SetGroupsAsync(ana, "r&d", "sales"));
        await testHost.SetGroupsAsync(ana);

        var events = await testHost.EventsAsync(AuditKinds.AccountGroupsChanged, ana);
        Assert.Equal([(2L, "R&D; Sales"), (0L, "none")], events.Select(row => (row.Number!.Value, row.Detail!)));
        Assert.Empty(await testHost.ListAsync(group: "Sales"));
    }

    [Fact]
    public async Task All_groups_are_told_with_their_members_and_dates()
    {
        await testHost.SetGroupsAsync((await testHost.InviteAsync("ana")).Id, "Sales", "board");
        await testHost.SetGroupsAsync((await testHost.InviteAsync("bo")).Id, "Sales");
        await testHost.SetDateAsync("Sales", "2026-12-01");
        await testHost.SetDateAsync("Tomorrow", "2026-12-02");

        var all = await testHost.AskAsync<Groups, IReadOnlyList<GroupInfo>>(groups => groups.AllAsync(Cancellation));

        Assert.Equal(
            [new GroupInfo(
                "board", 1, null), new GroupInfo("Sales", 2, End("2026-12-01")), new GroupInfo("Tomorrow", 0, End("2026-12-02"))], all);
    }

    [Fact]
    public async Task The_earliest_of_the_own_date_and_the_groups_dates_counts_whatever_changes()
    {
        var (ana, _) = await testHost.InviteAsync("ana");
        Assert.Null(await DateAsync());
        await testHost.SetDateAsync("Sales", "2026-12-10");
        await testHost.SetGroupsAsync(ana, "Sales", "R&D");
        Assert.Equal("2026-12-10", await DateAsync());
        await testHost.SetDateAsync(ana, "2026-12-20");
        Assert.Equal("2026-12-10", await DateAsync());
        await testHost.SetDateAsync("R&D", "2026-12-05");
        Assert.Equal("2026-12-05", await DateAsync());
        await testHost.SetGroupsAsync(ana, "Sales");
        Assert.Equal("2026-12-10", await DateAsync());
        await testHost.SetDateAsync("Sales", null);
        Assert.Equal("2026-12-20", await DateAsync());
        Assert.False(await testHost.SetDateAsync(ana, "2026-12-20"));
        await testHost.SetDateAsync(ana, null);
        Assert.Null(await DateAsync());
        Assert.Equal(["2026-12-20", "none"], (await testHost.EventsAsync(AuditKinds.AccountDeadlineSet, ana)).Select(row => row.Detail));
        Assert.Equal(
            ["Sales: 2026-12-10", "R&D: 2026-12-05", "Sales: none"],
            (await testHost.EventsAsync(AuditKinds.GroupDeadlineSet, null)).Select(row => row.Detail));

        async Task<string?> DateAsync() => (await testHost.AccountAsync("ana")).EnrollBy is { } by ? Deadlines.Format(by) : null;
    }

    [Fact]
    public async Task Who_is_not_enrolled_at_the_end_of_the_day_is_late_and_can_still_do_everything()
    {
        var (ana, invitation) = await testHost.InviteAsync("ana");
        await testHost.SetDateAsync(ana, "2026-11-25");
        testHost.Time.SetUtcNow(new DateTimeOffset(2026, 11, 25, 23, 59, 59, TimeSpan.Zero));
        Assert.Empty(await testHost.ListAsync(Listing.Late));
        testHost.Time.SetUtcNow(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Late));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Invited));

        var owner = await testHost.AcceptAsync(invitation);
        Assert.IsType<ConfirmOutcome.SignedIn>(await testHost.ConfirmAsync(owner, (await testHost.ScanAsync(owner)).Code()));

        Assert.Empty(await testHost.ListAsync(Listing.Late));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Enrolled));
    }

    [Fact]
    public async Task A_reset_begins_no_date_anew()
    {
        await testHost.FirstAdminAsync();
        var ana = await testHost.AddAsync();
        await testHost.SetDateAsync(ana.Id, "2026-11-25");
        var before = (await testHost.AccountAsync("ana")).EnrollBy;
        await testHost.AskAsync<Resets, HelpOutcome>(resets => resets.ApproveByConsoleAsync(ana.Id, "lost", Cancellation));
        testHost.Time.Advance(TimeSpan.FromDays(3));

        Assert.Equal(before, (await testHost.AccountAsync("ana")).EnrollBy);
        Assert.Empty(await testHost.ListAsync(Listing.Late));
        Assert.Equal(HeldBy.Reset, (await testHost.GuardAsync(ana.Id)).Held);
    }

    private Task<IReadOnlyList<string>> OfAsync(Guid account) =>
        testHost.AskAsync<Groups, IReadOnlyList<string>>(groups => groups.OfAsync(account, Cancellation));

    private static UnixTime End(string day) => Deadlines.EndOf(Deadlines.Parse(day)!.Value);
}
