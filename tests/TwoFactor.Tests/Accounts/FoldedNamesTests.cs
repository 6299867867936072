namespace TwoFactor.Tests.Accounts;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Statements;
using TwoFactor.Administration;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Importing;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A name in another spelling is the same name, wherever it is typed: at the sign-in, in a search, on the console, in a file.
/// </summary>
public sealed class FoldedNamesTests : IAsyncLifetime
{
    private TestHost testHost = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Pairs => new()
    {
        { "μαριος", "ΜΑΡΙΟΣ" },
        { "groß", "GROSS" },
        { "gross", "gro\u1E9E" },
        { "zoë", "ZOE\u0308" },
        { "\u0939\u093F\u0928\u094D\u0926\u0940", "\u200E\u0939\u093F\u0928\u094D\u200D\u0926\u0940\uFEFF" },
        { "ana", "\uFF21\uFF4E\u00AD\uFF21" },
    };

    public async ValueTask InitializeAsync() => testHost = await TestHost.PrepareAsync();

    public ValueTask DisposeAsync() => testHost.DisposeAsync();

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task One_account_in_every_place(string name, string other)
    {
        var ana = await testHost.AddAsync(name);

        foreach (var typed in new[] { other, $" {other} ", $"{other}@ACME.example", $"{other}\uFF20acme.example" })
        {
            Assert.IsType<PasswordOutcome.Proven>(await testHost.TryPasswordAsync(typed));
            var person = await testHost.AskAsync<People, Person?>(people => people.FindByNameAsync(typed, Cancellation));
            Assert.Equal(ana.Id, person?.Account.Id);
            Assert.Equal(ana.Id, (await FindAsync(typed))?.Id);
            Assert.Equal(
                [ana.Id], (await testHost.AskAsync<People, PeoplePage>(people => people.ListAsync(typed, null, null, null, Cancellation)))
                    .People.Select(found => found.Account.Id));
        }

        Assert.IsType<InviteOutcome.NameTaken>(await InviteAsync(other, "other@acme.example"));
        Assert.IsType<InviteOutcome.MailTaken>(await InviteAsync("other", $"{other}@acme.example"));
        Assert.Single(await testHost.RowsAsync<Account>());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_file_that_spells_it_otherwise_means_this_account(string name, string other)
    {
        var id = (await testHost.InviteAsync(name)).Id;
        var before = Assert.Single(await testHost.RowsAsync<Account>());

        var result = await testHost.ImportAsync(
            "user_name,name,mail", $"{other},Somebody Else,", $"bo,Bo,{other}@acme.example", $"{name},Twice,");
        Assert.Equal([ImportKind.Changed, ImportKind.Bad, ImportKind.Bad], result.Plan.Lines.Select(line => line.Kind));

        Assert.True((await testHost.ImportAsync("user_name,name", $"{other},Somebody Else")).IsDone);
        var after = Assert.Single(await testHost.RowsAsync<Account>());
        Assert.Equal((id, before.UserName, before.Mail, "Somebody Else"), (after.Id, after.UserName, after.Mail, after.Name));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_deleted_account_is_found_in_the_audit(string name, string other)
    {
        var id = (await testHost.InviteAsync(name)).Id;
        await testHost.InviteAsync("bo");
        Assert.IsType<EditOutcome.Deleted>(await testHost.AskAsync<Deletions, EditOutcome>(
            deletions => deletions.DeleteAsync(null, id, "has left", Actor.Console, Cancellation)));

        Assert.Equal(id, await testHost.AskAsync<AuditQueries, Guid?>(
            audit => audit.FindDeletedAsync(UserName.Normalise(other)!, Cancellation)));
        Assert.Null(await testHost.AskAsync<AuditQueries, Guid?>(audit => audit.FindDeletedAsync("bo", Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Groups_and_labels_have_one_spelling(string name, string other)
    {
        var id = (await testHost.InviteAsync("eve")).Id;
        await testHost.SetGroupsAsync(id, name);

        var spelled = await testHost.AskAsync<TwoFactor.Accounts.Groups.Groups, string?>(groups => groups.FindAsync(other, Cancellation));
        Assert.Equal(GroupName.Normalise(name), spelled);
        Assert.False(await testHost.SetGroupsAsync(id, GroupName.Normalise(other)!));
        Assert.Equal([spelled], GroupName.ReadList($"{name};{other}")?.Take(1));
        Assert.Single(GroupName.ReadList($"{name};{other}")!);
        Assert.Equal(Authenticator.Fold(name), Authenticator.Fold(other));
    }

    /// <summary>The claims are an index that nothing seals: what they say counts only where the account says the same.</summary>
    [Fact]
    public async Task An_altered_claim_finds_nobody()
    {
        await testHost.AddAsync("ana");
        await testHost.TamperAsync("UPDATE claimed_name SET folded='bo' WHERE folded='ana'");

        Assert.Null(await FindAsync("bo"));
        Assert.Null(await FindAsync("ana"));
        Assert.NotNull(await FindAsync("ana@acme.example"));
        Assert.Equal(2, (await testHost.RowsAsync<ClaimedName>()).Count);
    }

    private Task<Account?> FindAsync(string typed) =>
        testHost.AskAsync<Addresses, Account?>(addresses => addresses.FindAsync(typed, Cancellation));

    private Task<InviteOutcome> InviteAsync(string userName, string mail) => testHost.AskAsync<Invitations, InviteOutcome>(
        invitations => invitations.InviteAsync(null, new InvitationRequest(userName, mail, null, Role.User), Actor.Console, Cancellation));
}
