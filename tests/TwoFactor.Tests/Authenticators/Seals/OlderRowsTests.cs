namespace TwoFactor.Tests.Authenticators.Seals;

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Audit;
using TwoFactor.Audit.Marks;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Somebody has an older copy of the database file, and puts rows of it back: with their old seals, while the server runs. Whatever was
/// taken away since does not come back.
/// </summary>
public sealed class OlderRowsTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Everything =
        ["account", "account_group", "authenticator", "recovery_set", "recovery_code", "help_request", "code_guard"];

    private readonly App app = App.WithMail();
    private TestUser ada = null!;
    private TestUser ana = null!;
    private Guid id;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Copy => Path.Combine(app.DataDirectory, "older.db");

    public async ValueTask InitializeAsync()
    {
        ada = await TestUser.FirstAdminAsync(app);
        ana = await TestUsers.AddAsync(app, "ana", Role.Helpdesk);
        await ana.SaveRecoveryCodesAsync();
        id = await app.IdAsync("ana");
        await EditAsync(new AccountForm(null, null, null, "Sales"));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    [Theory]
    [InlineData("role", "person", "account")]
    [InlineData("role", "revision", "account", "code_guard")]
    [InlineData("address", "person", "account")]
    [InlineData("address", "revision", "account", "code_guard")]
    [InlineData("groups", "groups", "account_group")]
    [InlineData("groups", "revision", "account_group", "code_guard")]
    [InlineData("phone", "factors", "authenticator")]
    [InlineData("recovery code", "factors", "recovery_code")]
    [InlineData("recovery code", "revision", "recovery_code", "code_guard")]
    [InlineData("password", "person", "account")]
    [InlineData("hold", "revision", "code_guard")]
    [InlineData("password", "revision")]
    [InlineData("phone", "revision")]
    public async Task What_was_taken_away_does_not_come_back(string change, string named, params string[] tables)
    {
        await KeepAsync();
        await ChangeAsync(change);
        await PutBackAsync(tables.Length == 0 ? Everything : tables);
        app.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("/sign-in", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);
        await ana.AssertSignedOutAsync();
        var misfit = Assert.Single(await VerifyAsync());
        Assert.Equal(("ana", true), (misfit.Name, misfit.Parts.Select(part => part.ToToken()).Contains(named, StringComparer.Ordinal)));
        await app.RaiseAlarmsAsync();
        Assert.True(await app.CountAsync(AuditKinds.AlarmAltered, id) > 0);
        await (await app.MailboxAsync()).TakeAsync(ada.Mail, "An account was altered in the database");

        // A process that has just begun knows no more than the events.
        Assert.NotEmpty(await MisfitsOfANewProcessAsync());
    }

    /// <summary>The events that carry revisions may be removed for their age: what they said is remembered.</summary>
    [Fact]
    public async Task Old_events_that_are_removed_leave_the_newest_revision()
    {
        await KeepAsync();
        await ChangeAsync("role");
        Assert.Empty(await MisfitsOfANewProcessAsync());

        // The last event of the chain is never removed.
        await app.InviteByConsoleAsync("ivan");
        await app.AskAsync(services => services.GetRequiredService<AuditSealer>().SealAsync(Cancellation));
        await app.AskAsync(services => services.GetRequiredService<TwoFactor.Administration.AuditRetention>().PruneAsync(
            app.Time.GetUtcNow().AddDays(1), Actor.Server, Cancellation));
        Assert.Equal([0], await app.QueryAsync<int>($"SELECT COUNT(*) AS Value FROM audit_event WHERE subject_id={id}"));

        Assert.Empty(await MisfitsOfANewProcessAsync());
        await PutBackAsync(Everything);
        Assert.Equal([SealedPart.Revision], await MisfitsOfANewProcessAsync());
    }

    /// <summary>All that is left is the mark: the rows fit each other, and the events since are gone.</summary>
    [Theory]
    [InlineData("role")]
    [InlineData("phone")]
    [InlineData("password")]
    public async Task Of_an_account_above_user_nothing_older_comes_back_after_a_restart_either(string change)
    {
        await KeepAsync();
        var before = await RevisionAsync();
        await ChangeAsync(change);
        var after = await RevisionAsync();
        Assert.True(await app.AskAsync(services => services.GetRequiredService<HighWater>()
            .WriteIfDueAsync(services.GetRequiredService<TwoFactorDb>(), Cancellation)));
        await PutBackAsync(Everything);
        await app.ExecuteAsync($"DELETE FROM audit_event WHERE subject_id={id} AND rev>{before}");

        var mark = await app.AskAsync(services => services.GetRequiredService<MarkFiles>().ReadAsync(Cancellation));
        Assert.Equal(after, mark.Revisions[id]);
        Assert.Equal([SealedPart.Revision], await MisfitsOfANewProcessAsync());
    }

    /// <summary>Whoever removes an event to hide a change shows that it is gone.</summary>
    [Fact]
    public async Task A_change_whose_event_is_removed_is_named()
    {
        await ChangeAsync("role");
        await app.ExecuteAsync($"DELETE FROM audit_event WHERE subject_id={id} AND rev=(SELECT rev FROM code_guard WHERE account_id={id})");

        Assert.Equal([SealedPart.Revision], await MisfitsOfANewProcessAsync());
    }

    [Fact]
    public async Task An_account_that_was_deleted_does_not_come_back_and_one_that_is_removed_is_missed()
    {
        await KeepAsync();
        await app.AskAsync(services => services.GetRequiredService<Deletions>().DeleteAsync(null, id, null, Actor.Console, Cancellation));
        Assert.Empty(await VerifyAsync());

        await PutBackAsync(Everything);
        Assert.Equal([SealedPart.Revision], Assert.Single(await VerifyAsync()).Parts);
        Assert.Equal([SealedPart.Revision], await MisfitsOfANewProcessAsync());
        Assert.Equal("/sign-in", (await ana.Elsewhere(app).EnterPasswordAsync()).Path);

        var bob = await TestUsers.AddAsync(app, "bob", Role.User);
        await app.ExecuteAsync($"DELETE FROM account WHERE user_name='bob'");
        Assert.Contains(await VerifyAsync(), misfit => misfit.Parts.Count == 0);
        Assert.Equal("/sign-in", (await bob.Elsewhere(app).EnterPasswordAsync()).Path);
    }

    private async Task ChangeAsync(string what)
    {
        switch (what)
        {
            case "role":
                await EditAsync(new AccountForm(null, null, Role.User));
                break;
            case "address":
                await EditAsync(new AccountForm(null, "new@acme.example", null));
                break;
            case "groups":
                await EditAsync(new AccountForm(null, null, null, "Berlin"));
                break;
            case "phone":
                var ticket = await app.ResetByConsoleAsync("ana");
                var here = ana.Elsewhere(app);
                await here.ConfirmAsync(await here.EnterTicketAsync(ticket));
                break;
            case "recovery code":
                await ana.Elsewhere(app).RecoverAsync(ana.RecoveryCodes[0]);
                break;
            case "password":
                await ana.ProveAsync(app);
                var form = await ana.Browser.GetAsync("/account/password");
                Assert.Equal("/account", (await ana.ChangePasswordAsync(form, "nine yellow boats at dawn")).Path);
                break;
            default:
                await app.AskAsync(services => services.GetRequiredService<TwoFactor.Administration.AccountLockout>()
                    .DisableAsync(null, id, "left", null, Actor.Console, Cancellation));
                break;
        }
    }

    private async Task EditAsync(AccountForm form) => Assert.IsType<EditOutcome.Saved>(await app.AskAsync(
        services => services.GetRequiredService<AccountEdits>().SaveAsync(null, id, form, Actor.Console, Cancellation)));

    /// <summary>The file, as it is now.</summary>
    private Task KeepAsync() => AttackAsync("VACUUM INTO $copy");

    /// <summary>All rows of the account in these tables, as they were, in place of those that there are.</summary>
    private async Task PutBackAsync(string[] tables)
    {
        var statement = string.Concat(tables.Select(table =>
        {
            var key = table is "account" ? "id" : "account_id";
            return $"DELETE FROM main.{table} WHERE {key}=$id; INSERT INTO main.{table} SELECT * FROM older.{table} WHERE {key}=$id; ";
        }));
        await app.ExecuteAsync($"SELECT 1");
        await ListCopies.FollowAsync(app.DatabaseFile, statement, async () =>
        {
            await AttackAsync($"ATTACH $copy AS older; {statement}");
            return true;
        });
    }

    private async Task AttackAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={app.DatabaseFile};Pooling=False;Foreign Keys=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are those of the model.
        command.CommandText = statement;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$copy", Copy);
        if (statement.Contains("$id", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("$id", id.ToString().ToUpperInvariant());
        }

        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private Task<IReadOnlyList<Misfit>> VerifyAsync() =>
        app.AskAsync(services => services.GetRequiredService<SealVerification>().FindAsync(Cancellation));

    private async Task<long> RevisionAsync() =>
        Assert.Single(await app.QueryAsync<long>($"SELECT rev AS Value FROM code_guard WHERE account_id={id}"));

    /// <summary>It knows what the mark says, as after each start.</summary>
    private Task<IReadOnlyList<SealedPart>> MisfitsOfANewProcessAsync() => app.AskAsync(async services =>
    {
        var database = services.GetRequiredService<TwoFactorDb>();
        var marked = new MarkedRevisions();
        await ActivatorUtilities.CreateInstance<HighWater>(services, marked).RememberAsync(Cancellation);
        return await new AccountSeals(
            database,
            services.GetRequiredService<KeyedHasher>(),
            services.GetRequiredService<ISealedRequests>(),
            new SeenRevisions(marked),
            new AlteredAccounts()).MisfitsAsync(database, id, Cancellation);
    });
}
