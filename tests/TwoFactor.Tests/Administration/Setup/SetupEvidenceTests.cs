namespace TwoFactor.Tests.Administration.Setup;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Setup;
using TwoFactor.Audit;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Whoever writes to the database gets no second set-up: each thing alone that says that it is over keeps it closed.</summary>
public sealed class SetupEvidenceTests : IAsyncLifetime
{
    private const string Erased = "UPDATE instance SET setup_completed_at=NULL";
    private const string NotEnrolled = "UPDATE account SET enrolled_at=NULL";
    private const string NoAdmin = "UPDATE account SET role='user'";
    private const string NoSetupEvent = "DELETE FROM audit_event WHERE kind='setup.completed'";
    private const string NoEvent = "DELETE FROM audit_event WHERE kind IN ('setup.completed', 'account.enrolled')";

    private TestHost testHost = null!;
    private Colleague ada = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Marks =>
        [Path.Combine(testHost.DataDirectory, "high-water"), Path.Combine(testHost.DataDirectory, "keys", "high-water")];

    public async ValueTask InitializeAsync()
    {
        testHost = await TestHost.PrepareAsync();
        ada = await testHost.FirstAdminAsync();
    }

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Fact]
    public async Task The_set_up_is_recorded_and_stands_in_both_marks_before_the_answer()
    {
        Assert.Single(await testHost.EventsAsync(AuditKinds.SetupCompleted, ada.Id));
        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountInvited, ada.Id));
        foreach (var mark in Marks)
        {
            Assert.Contains("\nset-up done\n", await File.ReadAllTextAsync(mark, Cancellation), StringComparison.Ordinal);
        }

        Assert.Null(await MakeLinkAsync());
        Assert.False(await WasErasedAsync());
        Assert.DoesNotContain(testHost.Log.All, line => line.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, Erased)]
    [InlineData(2, Erased, NoEvent)]
    [InlineData(2, Erased, NotEnrolled)]
    [InlineData(2, Erased, NotEnrolled, NoSetupEvent)]
    [InlineData(2, Erased, NotEnrolled, NoAdmin)]
    [InlineData(0, Erased, NotEnrolled, NoEvent)]
    [InlineData(1, Erased, NotEnrolled, NoEvent, NoAdmin)]
    [InlineData(0, Erased, NotEnrolled, NoEvent, NoAdmin)]
    public async Task Whatever_is_erased_no_link_is_made_and_an_older_one_opens_nothing(int removedMarks, params string[] statements)
    {
        // A link that the stranger made sure to have: as the set-up itself would have made it.
        var older = await testHost.RunAsync<Tickets, Token>(
            Actor.Server, (tickets, work) => Task.FromResult(tickets.Issue(work, TicketKinds.Setup, account: null, Epoch.None).Token));
        var before = await AccountsAsync();
        foreach (var mark in Marks.Take(removedMarks))
        {
            File.Delete(mark);
        }

        foreach (var statement in statements)
        {
            Assert.NotEqual(0, await testHost.TamperAsync(statement));
        }

        Assert.Null(await MakeLinkAsync());
        Assert.IsType<SetupState.Unknown>(
            await testHost.AskAsync<InitialSetup, SetupState>(setup => setup.FindAsync(older, Cancellation)));
        Assert.IsType<AcceptOutcome.LinkOver>(await SubmitAsync(older, "mallory"));
        Assert.Equal(before, await AccountsAsync());
        Assert.True(await WasErasedAsync());
        Assert.Single(testHost.Log.All, line => line.StartsWith("Critical", StringComparison.Ordinal)
            && line.Contains("erased in the database that the set-up is over", StringComparison.Ordinal));
    }

    /// <summary>Without every other trace, the marks included, an account that once enrolled is still nobody's to take over.</summary>
    [Fact]
    public async Task A_half_done_set_up_takes_over_only_an_account_that_never_enrolled()
    {
        var bob = await testHost.AddAsync("bob", Role.Admin);
        foreach (var statement in new[] { Erased, NoSetupEvent, NoAdmin })
        {
            await testHost.TamperAsync(statement);
        }

        await testHost.TamperAsync("UPDATE account SET enrolled_at=NULL WHERE user_name='ada'");
        await testHost.TamperAsync("UPDATE account SET role='user'");
        Array.ForEach(Marks, File.Delete);
        var before = (await testHost.RowsAsync<Account>()).Single(row => row.Id == ada.Id);

        var link = await MakeLinkAsync();
        Assert.NotNull(link);
        Assert.IsType<AcceptOutcome.NameRefused>(await SubmitAsync(link, "ada"));
        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await SubmitAsync(link, "mallory"));

        var after = (await testHost.RowsAsync<Account>()).Single(row => row.Id == ada.Id);
        Assert.Equal((before.UserName, before.PasswordHash), (after.UserName, after.PasswordHash));
        Assert.Equal(3, (await testHost.RowsAsync<Account>()).Count);
        Assert.NotEqual(bob.Id, ada.Id);
    }

    /// <summary>So no admin has to be told of it: while the set-up is open there is none.</summary>
    [Fact]
    public async Task A_half_done_set_up_ends_when_an_admin_of_the_console_enrolls()
    {
        await testHost.DisposeAsync();
        testHost = await TestHost.PrepareAsync();
        var link = await MakeLinkAsync();
        Assert.IsType<AcceptOutcome.EnrollmentOpened>(await SubmitAsync(link, "mallory"));
        var opened = Assert.IsType<AcceptOutcome.EnrollmentOpened>(await SubmitAsync(link, "mallory"));
        var made = Assert.Single(await testHost.RowsAsync<Account>());
        Assert.Single(await testHost.EventsAsync(AuditKinds.AccountInvited, made.Id));
        Assert.Equal(2, (await testHost.EventsAsync(AuditKinds.PasswordSet, made.Id)).Count);

        var phone = await testHost.ScanAsync(opened.Owner);

        await testHost.AddAsync("bob", Role.Admin);

        Assert.IsType<ConfirmOutcome.Refused>(await testHost.ConfirmAsync(opened.Owner, phone.Code()));
        Assert.IsType<AcceptOutcome.LinkOver>(await SubmitAsync(link, "mallory"));
        Assert.Null((await testHost.RowsAsync<Account>()).Single(row => row.UserName is "mallory").EnrolledAt);
    }

    private Task<Token?> MakeLinkAsync() => testHost.AskAsync<InitialSetup, Token?>(setup => setup.MakeLinkAsync(Cancellation));

    private Task<bool> WasErasedAsync() =>
        testHost.AskAsync<SetupEvidence, bool>(evidence => evidence.WasErasedAsync(Cancellation));

    private Task<AcceptOutcome> SubmitAsync(Token? link, string userName) => testHost.AskAsync<InitialSetup, AcceptOutcome>(
        setup => setup.SubmitAsync(
            link, userName, $"{userName}@evil.example", TestHost.Password, TestHost.Password, TestHost.Stranger, Cancellation));

    private async Task<IReadOnlyList<(string Name, string? Hash)>> AccountsAsync() =>
        [.. (await testHost.RowsAsync<Account>()).Select(row => (row.UserName, row.PasswordHash))];
}
