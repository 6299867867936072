namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Accounts;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Storage;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary><c>account edit</c>, <c>account delete</c> and <c>account pass</c>.</summary>
internal static class EditCommands
{
    public static Command Edit(Argument<string> name)
    {
        var display = new Option<string?>("--name") { Description = "What other people read" };
        var mail = new Option<string?>("--mail") { Description = "The first mail address; the old one is told" };
        var role = new Option<string?>("--role") { Description = "user, helpdesk or admin" };
        role.AcceptOnlyFromAmong([.. Roles.Tokens]);
        var groups = new Option<string?>("--groups") { Description = "All its groups, with semicolons between; \"\" for none" };
        var date = new Option<string?>(
            "--enroll-by")
        { Description = "A day like 2026-12-24, after which the person counts as late; \"\" for none" };
        var command = new Command("edit", "Change name, mail address, role, groups or date; the owner is told of address and role")
        {
            name, display, mail, role, groups, date
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { display, mail, role, groups, date }.All(option => result.GetResult(option) is null))
            {
                result.AddError("Say what to change: --name, --mail, --role, --groups or --enroll-by.");
            }
        });
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => AccountCommands.WithAccountAsync(
                parsed,
                services,
                async user =>
                {
                    var form = new AccountForm(
                        parsed.GetValue(display),
                        parsed.GetValue(mail),
                        Roles.Parse(parsed.GetValue(role)),
                        parsed.GetValue(groups),
                        parsed.GetValue(date));
                    var outcome =
                        await services.GetRequiredService<AccountEdits>().SaveAsync(null, user.Account.Id, form, Actor.Console, token);
                    var words = Sentences.OnOneLine(AccountEditText.For(outcome, services.TextContext(), user.Account.Name));
                    if (outcome is not (EditOutcome.Saved or EditOutcome.Unchanged))
                    {
                        return await CommandHost.RefuseAsync(parsed, words);
                    }

                    await Json.WriteAsync(parsed, new
                    {
                        user.Account.UserName,
                        Changed = outcome is EditOutcome.Saved,
                        InvitedAnew = outcome is EditOutcome.Saved(true)
                    }, words);
                    return 0;
                },
                token),
            cancellation));
        return command;
    }

    public static Command Delete(Argument<string> name, Option<string?> reason)
    {
        var yes = new Option<bool>("--yes") { Description = "Say that you mean it: this cannot be undone", Required = true };
        var command = new Command("delete", "Delete an account with its secrets; its events stay") { name, reason, yes };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(yes))
            {
                result.AddError("Deleting cannot be undone. Say --yes.");
            }
        });
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => AccountCommands.WithAccountAsync(
                parsed,
                services,
                async user =>
                {
                    var outcome = await services.GetRequiredService<Deletions>()
                        .DeleteAsync(null, user.Account.Id, parsed.GetValue(reason), Actor.Console, token);
                    var words = Sentences.OnOneLine(AccountEditText.For(outcome, services.TextContext(), user.Account.Name));
                    if (outcome is not EditOutcome.Deleted)
                    {
                        return await CommandHost.RefuseAsync(parsed, words);
                    }

                    await Json.WriteAsync(parsed, new { user.Account.UserName, Deleted = true }, words);
                    return 0;
                },
                token),
            cancellation));
        return command;
    }

    public static Command Pass(Argument<string> name, Option<string?> reason)
    {
        var command = new Command(
            "pass",
            "A pass, for one sign-in while the phone is at home: printed once, told to the owner and all admins by mail") { name, reason };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => AccountCommands.WithAccountAsync(
                parsed,
                services,
                async user =>
                {
                    var outcome =
                        await services.GetRequiredService<Passes>().GiveByConsoleAsync(user.Account.Id, parsed.GetValue(reason), token);
                    if (outcome is not HelpOutcome.HandOverPass(var pass, var endsAt))
                    {
                        return await CommandHost.RefuseAsync(
                            parsed, Sentences.OnOneLine(HelpDeskText.For(outcome, services.TextContext(), user.Account.Name)));
                    }

                    await Json.WriteAsync(
                        parsed,
                        new { user.Account.UserName, Pass = pass.RevealInGroups(), EndsAt = Times.Iso(endsAt) },
                        $"Pass for {user.Account.Name}: {pass.RevealInGroups()}",
                        $"It is shown once. Hand it over in person. It works once, until {Times.Moment(endsAt)}, after "
                            + $"{user.Account.Name}'s password, under \"Use a recovery code\".");
                    return 0;
                },
                token),
            cancellation));
        return command;
    }
}
