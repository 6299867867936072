namespace TwoFactor.Tests.Administration.Lists;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Lists;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;
using Lists = TwoFactor.Administration.People;

/// <summary>
/// Every list shows whom it names, after whatever happened to them: what lists read is what stands in the tables that decide.
/// </summary>
public sealed class CoverageTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task From_never_invited_to_enrolled()
    {
        await testHost.ImportAsync("user_name,mail", "ana,ana@acme.example");
        await AssertInAsync("ana", Listing.NotEnrolled, Listing.NeverInvited);

        await testHost.InviteNeverAsync();
        await AssertInAsync("ana", Listing.Invited);

        testHost.Time.Advance(TimeSpan.FromDays(7));
        await AssertInAsync("ana", Listing.NotEnrolled);

        await testHost.AskAsync<Invitations, InviteOutcome>(async invitations =>
            await invitations.InviteAgainAsync(null, (await testHost.AccountAsync("ana")).Id, Actor.Console, Cancellation));
        await AssertInAsync("ana", Listing.Invited);
    }

    [Fact]
    public async Task An_enrolled_one_waits_is_closed_and_held_each_in_its_list()
    {
        await testHost.FirstAdminAsync();
        var ana = await testHost.AddAsync();
        await AssertInAsync("ana", Listing.Enrolled, Listing.WithoutRecoveryCodes);

        await testHost.FailAsync(ana, 10);
        await AssertInAsync("ana", Listing.Waiting, Listing.WithoutRecoveryCodes);
        testHost.Time.Advance(TimeSpan.FromHours(1));
        await AssertInAsync("ana", Listing.Enrolled, Listing.WithoutRecoveryCodes);
        await testHost.FailAsync(ana, 40);
        await AssertInAsync("ana", Listing.Closed, Listing.WithoutRecoveryCodes);

        await testHost.AskAsync<AccountLockout, LockoutOutcome>(
            accountLockout => accountLockout.DisableAsync(null, ana.Id, "gone", null, Actor.Console, Cancellation));
        await AssertInAsync("ana", Listing.Held, Listing.WithoutRecoveryCodes);
        await testHost.AskAsync<Resets, HelpOutcome>(resets => resets.ApproveByConsoleAsync(ana.Id, "lost", Cancellation));
        await AssertInAsync("ana", Listing.Held, Listing.ResetOpen, Listing.WithoutRecoveryCodes);
        await testHost.AskAsync<Resets, bool>(resets => resets.CancelByConsoleAsync(ana.Id, Cancellation));
        await testHost.AskAsync<AccountLockout, LockoutOutcome>(
            accountLockout => accountLockout.EnableAsync(null, ana.Id, "back", null, Actor.Console, Cancellation));
        await AssertInAsync("ana", Listing.Closed, Listing.WithoutRecoveryCodes);
    }

    [Fact]
    public async Task An_invitation_that_was_stopped_or_whose_epoch_is_over_is_none()
    {
        var (id, _) = await testHost.InviteAsync("ana");
        await testHost.ChangeAsync<CodeGuards, bool>(id, async (guards, work) =>
        {
            await guards.RaiseEpochAsync(work, id);
            return true;
        });
        await AssertInAsync("ana", Listing.NotEnrolled);

        await testHost.AskAsync<Invitations, InviteOutcome>(
            invitations => invitations.InviteAgainAsync(null, id, Actor.Console, Cancellation));
        await AssertInAsync("ana", Listing.Invited);
        await testHost.RunAsync<TwoFactorDb, bool>(Actor.Server, async (_, work) =>
        {
            await Tickets.EndAsync(work, id, TicketEnds.Stopped, TicketKinds.Invitation);
            return true;
        });
        await AssertInAsync("ana", Listing.NotEnrolled);
    }

    [Fact]
    public async Task Tickets_that_are_swept_away_leave_somebody_who_was_invited()
    {
        await testHost.InviteAsync("ana");
        testHost.Time.Advance(TimeSpan.FromDays(200));
        await testHost.RunAsync<TicketSweep, int>(Actor.Server, (noun, work) => noun.SweepAsync(work));

        Assert.Empty(await testHost.RowsAsync<Ticket>());
        await AssertInAsync("ana", Listing.NotEnrolled);
    }

    [Fact]
    public async Task Lists_combine_with_groups_and_words()
    {
        await testHost.ImportAsync(
            "user_name,mail,groups", "ana,ana@acme.example,Sales;Board", "bo,bo@acme.example,Sales", "cy,cy@acme.example,");
        await testHost.InviteNeverAsync(group: "Board");

        Assert.Equal(["ana", "bo"], await testHost.ListAsync(group: "Sales"));
        Assert.Equal(["ana"], await testHost.ListAsync(Listing.Invited, group: "Sales"));
        Assert.Equal(["bo"], await testHost.ListAsync(Listing.NeverInvited, group: "Sales"));
        Assert.Equal(["bo"], await testHost.ListAsync(Listing.NeverInvited, search: "b", group: "Sales"));
        Assert.Empty(await testHost.ListAsync(Listing.NeverInvited, search: "cy", group: "Sales"));
        Assert.Equal(["bo", "cy"], await testHost.ListAsync(Listing.NeverInvited, search: "acme"));
        Assert.Equal(2, await CountAsync(new PeopleFilter(Show: Listing.NeverInvited)));
        Assert.Equal(1, await CountAsync(new PeopleFilter(Show: Listing.NeverInvited, Group: "Sales")));
    }

    [Fact]
    [Slow]
    public async Task A_group_of_thousands_is_listed_and_cut_down_like_a_small_one()
    {
        await testHost.ImportAsync([.. Enumerable.Range(1000, 1500).Select(number => $"p{number},p{number}@acme.example,Everybody")
            .Prepend("user_name,mail,groups")]);
        await testHost.InviteNeverAsync(group: "Everybody", most: 3);

        Assert.Equal(["p1000", "p1001", "p1002"], await testHost.ListAsync(Listing.Invited, group: "Everybody"));
        Assert.Equal(
            TwoFactor.Administration.People.CountedUpTo + 1,
            await CountAsync(new PeopleFilter(Show: Listing.NeverInvited, Group: "Everybody")));
    }

    /// <summary>Flat by construction: an index that holds all that its list asks for.</summary>
    [Theory]
    [InlineData(Listing.NotEnrolled, "account_absent")]
    [InlineData(Listing.Invited, "account_invited")]
    [InlineData(Listing.Enrolled, "account_enrolled")]
    [InlineData(Listing.Waiting, "account_waiting")]
    [InlineData(Listing.Closed, "account_closed")]
    [InlineData(Listing.Held, "account_held")]
    [InlineData(Listing.Late, "account_awaited")]
    [InlineData(Listing.ResetOpen, "account_held")]
    [InlineData(Listing.NeverInvited, "account_never_invited")]
    [InlineData(Listing.WithoutRecoveryCodes, "account_without_recovery_codes")]
    public async Task Every_list_has_an_index_in_the_order_of_names(Listing listing, string index)
    {
        var plan = await PlanAsync(new PeopleFilter(Show: listing));

        var step = Assert.Single(plan);
        Assert.Contains($"USING INDEX {index} ", step, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "IX_account_user_name")]
    [InlineData(Listing.Enrolled, "account_enrolled")]
    [InlineData(Listing.Late, "account_awaited")]
    [Slow]
    public async Task A_large_group_is_walked_in_the_order_of_names(Listing? listing, string index)
    {
        await testHost.ImportAsync([.. Enumerable.Range(1000, 1100).Select(number => $"p{number},p{number}@acme.example,Everybody")
            .Prepend("user_name,mail,groups")]);

        var plan = await PlanAsync(new PeopleFilter(Show: listing, Group: "Everybody"));

        Assert.Contains($"USING INDEX {index} ", plan[0], StringComparison.Ordinal);
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    /// <summary>How the database goes about the second page of a list.</summary>
    private Task<List<string>> PlanAsync(PeopleFilter filter) => testHost.AskAsync<IServiceProvider, List<string>>(async services =>
    {
        var (rows, _) = await services.GetRequiredService<Lists>().FilterAsync(filter, Cancellation);
        var lines = rows.Where(row => string.Compare(row.UserName, "m") > 0).OrderBy(row => row.UserName).Take(26).ToQueryString()
            .Split('\n');
        var statement = string.Join('\n', lines.Where(line => !line.StartsWith(".param", StringComparison.Ordinal)));
        foreach (var line in lines.Where(line => line.StartsWith(".param", StringComparison.Ordinal)))
        {
            var words = line.Split(' ', 4);
            statement = statement.Replace(words[2], words[3].Trim(), StringComparison.Ordinal);
        }

        var database = services.GetRequiredService<TwoFactorDb>().Database;
        await database.OpenConnectionAsync(Cancellation);
        await using var command = database.GetDbConnection().CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + statement;
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var steps = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    });

    private Task<int> CountAsync(PeopleFilter filter) => testHost.AskAsync<Lists, int>(people => people.CountAsync(filter, Cancellation));

    /// <summary>In these lists and in no other; and what lists read is what the guard, the tickets and the codes say.</summary>
    private async Task AssertInAsync(string userName, params Listing[] listings)
    {
        foreach (var listing in Enum.GetValues<Listing>())
        {
            Assert.True((await testHost.ListAsync(listing)).Contains(userName) == listings.Contains(listing), $"{listing}");
        }

        // The row itself says the one state whose list shows it, and whether it is late.
        var person = await testHost.AskAsync<Lists, Person?>(people => people.FindByNameAsync(userName, Cancellation));
        Assert.Equal((Listing)person!.State, Assert.Single(listings, listing => Enum.IsDefined((AccountState)listing)));
        Assert.Equal(listings.Contains(Listing.Late), PeopleFilter.IsLate(person.Account, testHost.Time.Now()));

        var account = await testHost.AccountAsync(userName);
        var guard = await testHost.GuardAsync(account.Id);
        Assert.Equal(((long)guard.Held, guard.Closed, guard.WaitUntil), (account.Held, account.Closed, account.WaitUntil));
        if (account.EnrolledAt is null)
        {
            var open = (await testHost.RowsAsync<Ticket>()).Where(ticket => ticket.AccountId == account.Id
                && ticket.Kind == TicketKinds.Invitation
                && ticket.UsedAt is null
                && ticket.Epoch == guard.Epoch);
            Assert.Equal(open.Max(ticket => (UnixTime?)ticket.ExpiresAt), account.InvitedUntil);
        }
    }
}
