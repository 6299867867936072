namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Lists;
using TwoFactor.Web.Text;

/// <summary><c>account list</c>: the lists of the accounts page, with the same names.</summary>
internal static class ListCommand
{
    /// <summary>The number of rows in one query.</summary>
    private const int PageSize = 500;

    public static Command Build()
    {
        var state = new Option<string?>("--state") { Description = string.Join(", ", Enum.GetValues<Listing>().Select(States.Slug)) };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<Listing>().Select(States.Slug)]);
        var late = new Option<bool>("--late") { Description = "The same as --state late" };
        var search = new Option<string?>("--search") { Description = "Words by their beginnings: of name, user name, mail address" };
        var command = new Command("list", "Everybody, by user name") { state, late, BulkInvitationCommands.Group, search };
        command.Validators.Add(result =>
        {
            if (result.GetValue(late) && result.GetValue(state) is not (null or "late"))
            {
                result.AddError("Choose one of --state and --late.");
            }
        });
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => BulkInvitationCommands.WithGroupAsync(
                parsed,
                services,
                async group =>
                {
                    var shown = parsed.GetValue(late) ? Listing.Late : States.ParseListing(parsed.GetValue(state));
                    var found = new List<Person>();
                    var people = services.GetRequiredService<People>();
                    for (string? after = null; ;)
                    {
                        var page =
                            await people.ListAsync(new PeopleFilter(parsed.GetValue(search), shown, group), null, after, token, PageSize);
                        found.AddRange(page.People);
                        if ((after = page.After) is null)
                        {
                            break;
                        }
                    }

                    await Json.WriteAsync(parsed, found.Select(Row), [.. found.Select(Line)]);
                    return 0;
                },
                token),
            cancellation));
        return command;
    }

    public static object Row(Person user) => new
    {
        user.Account.UserName,
        user.Account.Name,
        user.Account.Mail,
        Role = user.Account.Role.ToToken(),
        State = States.Slug(user.State),
    };

    public static string Line(Person user) =>
        $"{user.Account.UserName}\t{user.Account.Name}\t{user.Account.Mail}\t{user.Account.Role.ToToken()}"
        + $"\t{States.Text(user.State, user.Held)}";
}
