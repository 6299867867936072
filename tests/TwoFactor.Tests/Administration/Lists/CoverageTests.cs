namespace TwoFactor.Tests.Administration;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;
using Lists = TwoFactor.Administration.People;

/// <summary>Every list shows whom it names, after whatever happened to them: what lists read is what stands in the tables that decide.</summary>
public sealed class CoverageTests : IAsyncLifetime
{
    private Ground ground = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await Ground.PrepareAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task From_never_invited_to_enrolled()
    {
        await ground.ImportAsync("user_name,mail", "ana,ana@acme.example");
        await AssertInAsync("ana", Listing.NotEnrolled, Listing.Never);

        await ground.InviteNeverAsync();
        await AssertInAsync("ana", Listing.Invited);

        ground.Time.Advance(TimeSpan.FromDays(7));
        await AssertInAsync("ana", Listing.NotEnrolled);

        await ground.AskAsync<Invitations, InviteOutcome>(async invitations => await invitations.InviteAgainAsync(null, (await ground.AccountAsync("ana")).Id, Origin.Console, Cancellation));
        await AssertInAsync("ana", Listing.Invited);
    }

    [Fact]
    public async Task An_enrolled_one_waits_is_closed_and_held_each_in_its_list()
    {
        await ground.FirstAdminAsync();
        var ana = await ground.AddAsync();
        await AssertInAsync("ana", Listing.Enrolled, Listing.WithoutRecoveryCodes);

        await ground.FailAsync(ana, 10);
        await AssertInAsync("ana", Listing.Waiting, Listing.WithoutRecoveryCodes);
        ground.Time.Advance(TimeSpan.FromHours(1));
        await AssertInAsync("ana", Listing.Enrolled, Listing.WithoutRecoveryCodes);
        await ground.FailAsync(ana, 40);
        await AssertInAsync("ana", Listing.Closed, Listing.WithoutRecoveryCodes);

        await ground.AskAsync<Switches, SwitchOutcome>(switches => switches.DisableAsync(null, ana.Id, "gone", Origin.Console, Cancellation));
        await AssertInAsync("ana", Listing.Held, Listing.WithoutRecoveryCodes);
        await ground.AskAsync<Resets, HelpOutcome>(resets => resets.ApproveByConsoleAsync(ana.Id, "lost", Cancellation));
        await AssertInAsync("ana", Listing.Held, Listing.ResetOpen, Listing.WithoutRecoveryCodes);
        await ground.AskAsync<Resets, bool>(resets => resets.CancelByConsoleAsync(ana.Id, Cancellation));
        await ground.AskAsync<Switches, SwitchOutcome>(switches => switches.EnableAsync(null, ana.Id, "back", Origin.Console, Cancellation));
        await AssertInAsync("ana", Listing.Closed, Listing.WithoutRecoveryCodes);
    }

    [Fact]
    public async Task An_invitation_that_was_stopped_or_whose_epoch_is_over_is_none()
    {
        var (id, _) = await ground.InviteAsync("ana");
        await ground.InTransactionAsync<CodeGuards, bool>(async guards =>
        {
            await guards.RaiseEpochAsync(id, Cancellation);
            return true;
        });
        await AssertInAsync("ana", Listing.NotEnrolled);

        await ground.AskAsync<Invitations, InviteOutcome>(invitations => invitations.InviteAgainAsync(null, id, Origin.Console, Cancellation));
        await AssertInAsync("ana", Listing.Invited);
        await ground.InTransactionAsync<Tickets, bool>(async tickets =>
        {
            await tickets.EndAsync(id, TicketEnds.Stopped, Cancellation, TicketKinds.Invitation);
            return true;
        });
        await AssertInAsync("ana", Listing.NotEnrolled);
    }

    [Fact]
    public async Task Tickets_that_are_swept_away_leave_somebody_who_was_invited()
    {
        await ground.InviteAsync("ana");
        ground.Time.Advance(TimeSpan.FromDays(200));
        await ground.InTransactionAsync<Tickets, bool>(async tickets =>
        {
            await tickets.SweepAsync(Cancellation);
            return true;
        });

        Assert.Empty(await ground.RowsAsync<Ticket>());
        await AssertInAsync("ana", Listing.NotEnrolled);
    }

    [Fact]
    public async Task Lists_combine_with_groups_and_words()
    {
        await ground.ImportAsync("user_name,mail,groups", "ana,ana@acme.example,Sales;Board", "bo,bo@acme.example,Sales", "cy,cy@acme.example,");
        await ground.InviteNeverAsync(group: "Board");

        Assert.Equal(["ana", "bo"], await ground.ListAsync(group: "Sales"));
        Assert.Equal(["ana"], await ground.ListAsync(Listing.Invited, group: "Sales"));
        Assert.Equal(["bo"], await ground.ListAsync(Listing.Never, group: "Sales"));
        Assert.Equal(["bo"], await ground.ListAsync(Listing.Never, search: "b", group: "Sales"));
        Assert.Empty(await ground.ListAsync(Listing.Never, search: "cy", group: "Sales"));
        Assert.Equal(["bo", "cy"], await ground.ListAsync(Listing.Never, search: "acme"));
        Assert.Equal(2, await CountAsync(new PeopleFilter(Show: Listing.Never)));
        Assert.Equal(1, await CountAsync(new PeopleFilter(Show: Listing.Never, Group: "Sales")));
    }

    [Fact]
    public async Task A_group_of_thousands_is_listed_and_cut_down_like_a_small_one()
    {
        await ground.ImportAsync([.. Enumerable.Range(1000, 1500).Select(number => $"p{number},p{number}@acme.example,Everybody").Prepend("user_name,mail,groups")]);
        await ground.InviteNeverAsync(group: "Everybody", most: 3);

        Assert.Equal(["p1000", "p1001", "p1002"], await ground.ListAsync(Listing.Invited, group: "Everybody"));
        Assert.Equal(TwoFactor.Administration.People.CountedUpTo + 1, await CountAsync(new PeopleFilter(Show: Listing.Never, Group: "Everybody")));
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
    [InlineData(Listing.Never, "account_never_invited")]
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
    public async Task A_large_group_is_walked_in_the_order_of_names(Listing? listing, string index)
    {
        await ground.ImportAsync([.. Enumerable.Range(1000, 1100).Select(number => $"p{number},p{number}@acme.example,Everybody").Prepend("user_name,mail,groups")]);

        var plan = await PlanAsync(new PeopleFilter(Show: listing, Group: "Everybody"));

        Assert.Contains($"USING INDEX {index} ", plan[0], StringComparison.Ordinal);
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    /// <summary>How the database goes about the second page of a list.</summary>
    private Task<List<string>> PlanAsync(PeopleFilter filter) => ground.AskAsync<IServiceProvider, List<string>>(async services =>
    {
        var (rows, _) = await services.GetRequiredService<Lists>().FilterAsync(filter, Cancellation);
        var lines = rows.Where(row => string.Compare(row.UserName, "m") > 0).OrderBy(row => row.UserName).Take(26).ToQueryString().Split('\n');
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

    private Task<int> CountAsync(PeopleFilter filter) => ground.AskAsync<Lists, int>(people => people.CountAsync(filter, Cancellation));

    /// <summary>In these lists and in no other; and what lists read is what the guard, the tickets and the codes say.</summary>
    private async Task AssertInAsync(string userName, params Listing[] listings)
    {
        foreach (var listing in Enum.GetValues<Listing>())
        {
            Assert.True((await ground.ListAsync(listing)).Contains(userName) == listings.Contains(listing), $"{listing}");
        }

        var account = await ground.AccountAsync(userName);
        var guard = await ground.GuardAsync(account.Id);
        Assert.Equal(((long)guard.Held, guard.Closed, guard.WaitUntil), (account.Held, account.Closed, account.WaitUntil));
        if (account.EnrolledAt is null)
        {
            var open = (await ground.RowsAsync<Ticket>()).Where(ticket => ticket.AccountId == account.Id && ticket.Kind == TicketKinds.Invitation && ticket.UsedAt is null && ticket.Epoch == guard.Epoch);
            Assert.Equal(open.Max(ticket => (long?)ticket.ExpiresAt), account.InvitedUntil);
        }
    }
}
