namespace TwoFactor.Tests.Harness;

using System.Text;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Storage;

public sealed partial class TestHost
{
    /// <summary>What <c>account import</c> does with a file of these lines.</summary>
    public Task<ImportResult> ImportAsync(params string[] lines) => ImportAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    public Task<ImportResult> ImportAsync(byte[] file) =>
        AskAsync<PeopleImport, ImportResult>(import => import.ImportAsync(null, file, null, Actor.Console, null, Cancellation));

    /// <summary>User names of a list, in its order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(Listing? show = null, string? search = null, string? group = null) =>
        [.. (await AskAsync<TwoFactor.Administration.People, PeoplePage>(
            people => people.ListAsync(new PeopleFilter(search, show, group), null, null, Cancellation, 1000)))
            .People.Select(user => user.Account.UserName)];

    public async Task<Account> AccountAsync(string userName) =>
        (await RowsAsync<Account>()).Single(account => string.Equals(account.UserName, userName, StringComparison.Ordinal));

    public Task<bool> SetGroupsAsync(Guid account, params string[] names) =>
        RunAsync<Groups, bool>(Actor.Console, (groups, work) => groups.SetAsync(work, account, names));

    public Task<bool> SetDateAsync(string group, string? day) =>
        RunAsync<Deadlines, bool>(Actor.Console, (deadlines, work) => deadlines.SetGroupAsync(work, group, Deadlines.Read(day)));

    public Task<bool> SetDateAsync(Guid account, string? day) =>
        RunAsync<Deadlines, bool>(Actor.Console, (deadlines, work) => deadlines.SetOwnAsync(work, account, Deadlines.Read(day)));

    public Task<BulkInvitationResult> InviteNeverAsync(string? group = null, int? most = null) =>
        AskAsync<BulkInvitations, BulkInvitationResult>(
            bulkInvitations => bulkInvitations.InviteAsync(null, new PeopleFilter(Group: group), most, Actor.Console, Cancellation));

    public Task<BulkInvitationResult> RemindAsync(Listing show, string? group = null) =>
        AskAsync<BulkInvitations, BulkInvitationResult>(bulkInvitations =>
            bulkInvitations.RemindAsync(null, new PeopleFilter(Show: show, Group: group), null, Actor.Console, Cancellation));
}
