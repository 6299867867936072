namespace TwoFactor.Tests.Harness;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Storage;
using Xunit;

/// <summary>Imports, lists, groups and invitations by the console, told to a <see cref="TestHost"/>.</summary>
public static class PeopleActions
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What <c>account import</c> does with a file of these lines.</summary>
    public static Task<ImportResult> ImportAsync(this TestHost testHost, params string[] lines) =>
        testHost.ImportAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    public static Task<ImportResult> ImportAsync(this TestHost testHost, byte[] file) =>
        testHost.AskAsync<PeopleImport, ImportResult>(import => import.ImportAsync(null, file, null, Actor.Console, null, Cancellation));

    /// <summary>As if everybody above user had been enrolled, with this role, for a month.</summary>
    public static Task<int> LetAgentsBeOldAsync(this TestHost testHost)
    {
        var then = (testHost.Now - TimeSpan.FromDays(30)).Seconds;
        return testHost.ArrangeAsync(
            $"UPDATE account SET role_since={then}, enrolled_at=MIN(enrolled_at, {then}) WHERE role<>'user' AND role_since>{then}");
    }

    /// <summary>User names of a list, in its order.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(
        this TestHost testHost, Listing? show = null, string? search = null, string? group = null) =>
        [.. (await testHost.AskAsync<TwoFactor.Administration.People, PeoplePage>(
            people => people.ListAsync(new PeopleFilter(search, show, group), null, null, Cancellation, 1000)))
            .People.Select(user => user.Account.UserName)];

    public static async Task<Account> AccountAsync(this TestHost testHost, string userName) =>
        (await testHost.RowsAsync<Account>()).Single(account => string.Equals(account.UserName, userName, StringComparison.Ordinal));

    public static Task<bool> SetGroupsAsync(this TestHost testHost, Guid account, params string[] names) =>
        testHost.ChangeAsync<Groups, bool>(account, (groups, work) => groups.SetAsync(work, account, names));

    public static Task<bool> SetDateAsync(this TestHost testHost, string group, string? day) =>
        testHost.RunAsync<Deadlines, bool>(
            Actor.Console, (deadlines, work) => deadlines.SetGroupAsync(work, group, Deadlines.Parse(day)));

    public static Task<bool> SetDateAsync(this TestHost testHost, Guid account, string? day) =>
        testHost.RunAsync<Deadlines, bool>(
            Actor.Console, (deadlines, work) => deadlines.SetOwnAsync(work, account, Deadlines.Parse(day)));

    public static Task<BulkInvitationResult> InviteNeverAsync(this TestHost testHost, string? group = null, int? most = null) =>
        testHost.AskAsync<BulkInvitations, BulkInvitationResult>(
            bulkInvitations => bulkInvitations.InviteAsync(null, new PeopleFilter(Group: group), most, Actor.Console, Cancellation));

    public static Task<BulkInvitationResult> RemindAsync(this TestHost testHost, Listing show, string? group = null) =>
        testHost.AskAsync<BulkInvitations, BulkInvitationResult>(bulkInvitations =>
            bulkInvitations.RemindAsync(null, new PeopleFilter(Show: show, Group: group), null, Actor.Console, Cancellation));
}
