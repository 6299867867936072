namespace TwoFactor.Administration.Lists;

using System.Text;
using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Storage;

/// <summary>Writes a list as a CSV file that can be imported again. It is written page by page, however long it is.</summary>
public sealed class PeopleExport(TwoFactorDb database, People people)
{
    private const int Rows = 500;

    /// <summary>The columns. An import ignores the last two.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["user_name", "name", "mail", "groups", "role", "state", "enroll_by"];

    /// <param name="word">The text of a state, as lists show it.</param>
    public async Task WriteAsync(PeopleFilter filter, Func<AccountState, string> word, Stream to, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(to);
        // The byte order mark makes a spreadsheet read the file as UTF-8.
        var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using (writer)
        {
            await writer.WriteAsync(Csv.Line([.. Columns]));
            for (string? after = null; ;)
            {
                var page = await people.ListAsync(filter, null, after, cancellation, Rows);
                var groups = await GroupsAsync(page, cancellation);
                foreach (var user in page.People)
                {
                    await writer.WriteAsync(Line(user, groups[user.Account.Id], word));
                }

                await writer.FlushAsync(cancellation);
                if ((after = page.After) is null)
                {
                    break;
                }
            }
        }
    }

    private async Task<ILookup<Guid, string>> GroupsAsync(PeoplePage page, CancellationToken cancellation)
    {
        var ids = page.People.Select(user => user.Account.Id).ToList();
        var rows = await database.Set<AccountGroup>()
            .AsNoTracking()
            .Where(group => ids.Contains(group.AccountId))
            .OrderBy(group => group.Name)
            .ToListAsync(cancellation);
        return rows.ToLookup(group => group.AccountId, group => group.Name);
    }

    private static string Line(Person user, IEnumerable<string> groups, Func<AccountState, string> word)
    {
        var account = user.Account;
        return Csv.Line(
            account.UserName,
            account.Name,
            account.Mail,
            string.Join(GroupName.Separator, groups),
            account.Role.ToToken(),
            word(user.State),
            Deadlines.Format(account.EnrollBy));
    }
}
