namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Mail;
using TwoFactor.Storage;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary><c>account …</c>: people, from the server's console. The console is the last way back in, so it outranks everybody.</summary>
internal static class AccountCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "User name or mail address" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; stands in the audit" };

    public static Command Build() =>
        new("account", "People: add, list, show, edit, import, invite, remind, reset, pass, unlock, end-sessions, disable, enable and more")
        {
            Add(),
            ListCommand.Build(),
            ImportCommand.Build(),
            BulkInvitationCommands.Remind(),
            Show(),
            EditCommands.Edit(Name),
            Invite(),
            ResetCommand.Build(Name, Reason),
            EditCommands.Pass(Name, Reason),
            EditCommands.Delete(Name, Reason),
            RewriteCommand.Build(Name),
            Switch("unlock", "End a wait after wrong codes, once a day", (lockout, account, reason, cancellation) =>
                lockout.UnlockAsync(null, account, reason, Actor.Console, cancellation)),
            Switch("end-sessions", "End all sessions; the owner can sign in again", (lockout, account, reason, cancellation) =>
                lockout.EndSessionsAsync(null, account, reason, null, Actor.Console, cancellation)),
            Switch("disable", "Switch an account off; its sessions end", (lockout, account, reason, cancellation) =>
                lockout.DisableAsync(null, account, reason, null, Actor.Console, cancellation)),
            Switch("enable", "Switch an account on; its authenticators work as before", (lockout, account, reason, cancellation) =>
                lockout.EnableAsync(null, account, reason, null, Actor.Console, cancellation)),
        };

    /// <summary>Runs a command on the account that it names, or answers that there is none.</summary>
    internal static Task<int> WithAccountAsync(
        ParseResult parsed, IServiceProvider services, Func<Person, Task<int>> act, CancellationToken cancellation) =>
        WithAccountAsync(parsed, services, parsed.GetRequiredValue(Name), act, cancellation);

    private static async Task<int> WithAccountAsync(
        ParseResult parsed, IServiceProvider services, string name, Func<Person, Task<int>> act, CancellationToken cancellation)
    {
        return await services.GetRequiredService<People>().FindByNameAsync(name, cancellation) is { } user
            ? await act(user)
            : await CommandHost.RefuseAsync(parsed, $"There is no account named {name}.");
    }

    private static Command Add()
    {
        var userName = new Argument<string>("name") { Description = "1 to 64 letters, digits, dots, underscores or hyphens" };
        var mail = new Option<string>("--mail") { Description = "Where the invitation goes", Required = true };
        var display = new Option<string?>("--name") { Description = "What other people read; the user name when left out" };
        var role = new Option<string>("--role") { Description = "user, helpdesk or admin", DefaultValueFactory = _ => "user" };
        role.AcceptOnlyFromAmong([.. Roles.Tokens]);
        var groups = new Option<string?>("--groups") { Description = "Names of groups, with semicolons between" };
        var by = new Option<string?>("--enroll-by") { Description = "A day such as 2026-12-24, after which the person counts as late" };
        var command = new Command(
            "add", "Make an account, mail its invitation and print the link") { userName, mail, display, role, groups, by };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            async (services, token) =>
            {
                var request = new InvitationRequest(
                    parsed.GetRequiredValue(
                        userName), parsed.GetRequiredValue(mail), parsed.GetValue(display), Roles.Parse(parsed.GetValue(role)) ?? Role.User)
                {
                    Groups = parsed.GetValue(groups),
                    EnrollBy = parsed.GetValue(by),
                };
                return await AnswerAsync(
                    parsed,
                    services,
                    await services.GetRequiredService<Invitations>().InviteAsync(agent: null, request, Actor.Console, token));
            },
            cancellation));
        return command;
    }

    private static Command Invite()
    {
        var name = new Argument<string?>("name") { Description = "User name or mail address", Arity = ArgumentArity.ZeroOrOne };
        var never = new Option<bool>(
            "--never-invited")
        { Description = "Everybody who was never invited, many at once, the oldest accounts first" };
        var command = new Command("invite", "Make a new invitation for somebody who has not enrolled, or first ones for many")
        {
            name, never, BulkInvitationCommands.Group, BulkInvitationCommands.Limit
        };
        command.Validators.Add(result =>
        {
            var isBulk = result.GetValue(never);
            if (isBulk == result.GetValue(name) is not null)
            {
                result.AddError("Give a name, or --never-invited.");
            }
            else if (!isBulk
                && (result.GetValue(BulkInvitationCommands.Group) is not null || result.GetValue(BulkInvitationCommands.Limit) is not null))
            {
                result.AddError("--group and --limit belong to --never-invited.");
            }
        });
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => parsed.GetValue(never)
                ? BulkInvitationCommands.InviteAsync(parsed, services, token)
                : WithAccountAsync(
                    parsed,
                    services,
                    parsed.GetValue(name)!,
                    async user => await AnswerAsync(
                        parsed, services, await services.GetRequiredService<Invitations>()
                            .InviteAgainAsync(agent: null, user.Account.Id, Actor.Console, token)),
                    token),
            cancellation));
        return command;
    }

    private static async Task<int> AnswerAsync(ParseResult parsed, IServiceProvider services, InviteOutcome outcome)
    {
        if (outcome is not InviteOutcome.Invited(var account, var token, var endsAt))
        {
            return await CommandHost.RefuseAsync(parsed, Sentences.OnOneLine(InvitationText.For(outcome)));
        }

        var link = services.GetRequiredService<PublicUrl>().Link($"/invitation/{token.Reveal()}");
        await Json.WriteAsync(
            parsed,
            new { account.UserName, Link = link, EndsAt = Times.Iso(endsAt) },
            $"{account.UserName} is invited: {link}",
            $"The invitation is on its way to {account.Mail}. It ends {Times.Moment(endsAt)}.");
        return 0;
    }

    private static Command Show()
    {
        var command = new Command("show", "One account") { Name };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => WithAccountAsync(
                parsed,
                services,
                async user =>
                {
                    var groups = await services.GetRequiredService<Groups>().OfAsync(user.Account.Id, token);
                    var by = user.Account.EnrollBy is { } at ? Deadlines.Format(at) : null;
                    await Json.WriteAsync(
                        parsed,
                        ListCommand.Row(user),
                        [ListCommand.Line(
                            user), $"Groups: {GroupName.Describe(groups)}", $"Set up by: {by ?? "no date"}"]);
                    return 0;
                },
                token),
            cancellation));
        return command;
    }

    private static Command Switch(
        string verb, string description, Func<AccountLockout, Guid, string?, CancellationToken, Task<LockoutOutcome>> act)
    {
        var command = new Command(verb, description) { Name, Reason };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => WithAccountAsync(
                parsed,
                services,
                async user =>
                {
                    var outcome = await act(services.GetRequiredService<AccountLockout>(), user.Account.Id, parsed.GetValue(Reason), token);
                    var words = Sentences.OnOneLine(AccountLockoutText.For(outcome, services.TextContext(), user.Account.Name));
                    if (outcome is not (LockoutOutcome.Done or LockoutOutcome.Unchanged))
                    {
                        return await CommandHost.RefuseAsync(parsed, words);
                    }

                    await Json.WriteAsync(parsed, new { user.Account.UserName, Changed = outcome is LockoutOutcome.Done }, words);
                    return 0;
                },
                token),
            cancellation));
        return command;
    }
}
