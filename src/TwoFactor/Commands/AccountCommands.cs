namespace TwoFactor.Commands;

using System.CommandLine;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Pages;

/// <summary><c>account …</c>: people, from the server's console. It is the last way back, so it outranks everybody.</summary>
internal static class AccountCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "User name or mail address" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; stands in the audit" };

    public static Command Build() => new("account", "People: add, list, show, invite, reset, unlock, disable, enable")
    {
        Add(),
        List(),
        Show(),
        Invite(),
        ResetCommand.Build(Name, Reason),
        Switch("unlock", "End a wait after wrong codes, once a day", (switches, account, reason, cancellation) =>
            switches.UnlockAsync(null, account, reason, Origin.Console, cancellation)),
        Switch("disable", "Switch an account off; its sessions end", (switches, account, reason, cancellation) =>
            switches.DisableAsync(null, account, reason, Origin.Console, cancellation)),
        Switch("enable", "Switch an account on; its authenticators work as before", (switches, account, reason, cancellation) =>
            switches.EnableAsync(null, account, reason, Origin.Console, cancellation)),
    };

    /// <summary>Finds the account that a command names, or says no.</summary>
    internal static async Task<int> WithAccountAsync(
        ParseResult parsed, IServiceProvider services, Func<Person, Task<int>> act, CancellationToken cancellation)
    {
        var name = parsed.GetRequiredValue(Name);
        return await services.GetRequiredService<People>().FindByNameAsync(name, cancellation) is { } person
            ? await act(person)
            : await Desk.SayNoAsync(parsed, $"There is no account named {name}.");
    }

    private static Command Add()
    {
        var userName = new Argument<string>("name") { Description = "1 to 64 letters, digits, dots, underscores or hyphens" };
        var mail = new Option<string>("--mail") { Description = "Where the invitation goes", Required = true };
        var display = new Option<string?>("--name") { Description = "What other people read; the user name when left out" };
        var role = new Option<string>("--role") { Description = "user, helpdesk or admin", DefaultValueFactory = _ => "user" };
        role.AcceptOnlyFromAmong("user", "helpdesk", "admin");
        var command = new Command("add", "Make an account, mail its invitation and print the link") { userName, mail, display, role };
        command.SetAction((parsed, cancellation) => Desk.RunAsync(
            parsed,
            async (services, token) =>
            {
                var request = new InvitationRequest(
                    parsed.GetRequiredValue(userName), parsed.GetRequiredValue(mail), parsed.GetValue(display), Roles.Parse(parsed.GetValue(role)) ?? Role.User);
                return await AnswerAsync(parsed, services, await services.GetRequiredService<Invitations>().InviteAsync(request, Origin.Console, token));
            },
            cancellation));
        return command;
    }

    private static Command Invite()
    {
        var command = new Command("invite", "Make a new invitation for somebody who has not enrolled") { Name };
        command.SetAction((parsed, cancellation) => Desk.RunAsync(
            parsed,
            (services, token) => WithAccountAsync(
                parsed,
                services,
                async person => await AnswerAsync(
                    parsed, services, await services.GetRequiredService<Invitations>().InviteAgainAsync(agent: null, person.Account.Id, Origin.Console, token)),
                token),
            cancellation));
        return command;
    }

    private static async Task<int> AnswerAsync(ParseResult parsed, IServiceProvider services, InviteOutcome outcome)
    {
        if (outcome is not InviteOutcome.Invited(var account, var token, var endsAt))
        {
            return await Desk.SayNoAsync(parsed, Sentences.Of(services, outcome));
        }

        var link = services.GetRequiredService<PublicUrl>().Link($"/invitation/{token.Reveal()}");
        await Json.WriteAsync(
            parsed,
            new { account.UserName, Link = link, EndsAt = Times.Machine(endsAt) },
            $"{account.UserName} is invited: {link}",
            $"The invitation is on its way to {account.Mail}. It ends {Times.Moment(endsAt)}.");
        return 0;
    }

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = string.Join(", ", Enum.GetValues<AccountState>().Select(States.Slug)) };
        state.AcceptOnlyFromAmong([.. Enum.GetValues<AccountState>().Select(States.Slug)]);
        var command = new Command("list", "Everybody, by user name") { state };
        command.SetAction((parsed, cancellation) => Desk.RunAsync(
            parsed,
            async (services, token) =>
            {
                var found = new List<Person>();
                var people = services.GetRequiredService<People>();
                for (string? after = null; ;)
                {
                    var page = await people.ListAsync(null, States.Parse(parsed.GetValue(state)), null, after, token);
                    found.AddRange(page.People);
                    if ((after = page.After) is null)
                    {
                        break;
                    }
                }

                await Json.WriteAsync(parsed, found.Select(Row), [.. found.Select(Line)]);
                return 0;
            },
            cancellation));
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "One account") { Name };
        command.SetAction((parsed, cancellation) => Desk.RunAsync(
            parsed,
            (services, token) => WithAccountAsync(
                parsed,
                services,
                async person =>
                {
                    await Json.WriteAsync(parsed, Row(person), Line(person));
                    return 0;
                },
                token),
            cancellation));
        return command;
    }

    private static Command Switch(
        string verb, string description, Func<Switches, Guid, string?, CancellationToken, Task<SwitchOutcome>> act)
    {
        var command = new Command(verb, description) { Name, Reason };
        command.SetAction((parsed, cancellation) => Desk.RunAsync(
            parsed,
            (services, token) => WithAccountAsync(
                parsed,
                services,
                async person =>
                {
                    var outcome = await act(services.GetRequiredService<Switches>(), person.Account.Id, parsed.GetValue(Reason), token);
                    var words = Sentences.Of(services, outcome, person.Account.Name);
                    if (outcome is not (SwitchOutcome.Done or SwitchOutcome.Unchanged))
                    {
                        return await Desk.SayNoAsync(parsed, words);
                    }

                    await Json.WriteAsync(parsed, new { person.Account.UserName, Changed = outcome is SwitchOutcome.Done }, words);
                    return 0;
                },
                token),
            cancellation));
        return command;
    }

    private static object Row(Person person) => new
    {
        person.Account.UserName,
        person.Account.Name,
        person.Account.Mail,
        Role = person.Account.Role.Word(),
        State = States.Slug(person.State),
    };

    private static string Line(Person person) =>
        $"{person.Account.UserName}\t{person.Account.Name}\t{person.Account.Mail}\t{person.Account.Role.Word()}\t{States.Word(person.State, person.Held)}";
}
