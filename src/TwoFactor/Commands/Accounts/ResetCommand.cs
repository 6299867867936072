namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Administration;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Mail;
using TwoFactor.Storage;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary><c>account reset</c>: a new ticket, the end of an open reset, or a link for a new password.</summary>
internal static class ResetCommand
{
    public static Command Build(Argument<string> name, Option<string?> reason)
    {
        var cancel = new Option<bool>("--cancel") { Description = "Stop an open reset; a freeze stays" };
        var password = new Option<bool>("--password") { Description = "Print a link for a new password instead; it never skips the code" };
        var command = new Command("reset", "Reset a lost phone: prints the ticket once, tells the owner and all admins by mail")
        {
            name, reason, cancel, password,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(cancel) && result.GetValue(password))
            {
                result.AddError("Choose one of --cancel and --password.");
            }
        });
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => AccountCommands.WithAccountAsync(
                parsed,
                services,
                user => (parsed.GetValue(cancel), parsed.GetValue(password)) switch
                {
                    (true, _) => CancelAsync(parsed, services, user, token),
                    (_, true) => LinkAsync(parsed, services, user, token),
                    _ => ResetAsync(parsed, services, user, parsed.GetValue(reason), token),
                },
                token),
            cancellation));
        return command;
    }

    private static async Task<int> ResetAsync(
        ParseResult parsed, IServiceProvider services, Person user, string? reason, CancellationToken cancellation)
    {
        var outcome = await services.GetRequiredService<Resets>().ApproveByConsoleAsync(user.Account.Id, reason, cancellation);
        if (outcome is not HelpOutcome.HandOver(var ticket, var endsAt))
        {
            return await CommandHost.RefuseAsync(
                parsed, Sentences.OnOneLine(HelpDeskText.For(outcome, services.TextContext(), user.Account.Name)));
        }

        var link = services.GetRequiredService<PublicUrl>().Link($"/sign-in/ticket/{ticket.Reveal()}");
        await Json.WriteAsync(
            parsed,
            new { user.Account.UserName, Ticket = ticket.RevealInGroups(), Link = link, EndsAt = Times.Iso(endsAt) },
            $"Ticket for {user.Account.Name}: {ticket.RevealInGroups()}",
            $"Or as a link: {link}",
            $"It is shown once. Hand it over in person. It ends {Times.Moment(endsAt)}, and needs {user.Account.Name}'s password too.");
        return 0;
    }

    private static async Task<int> CancelAsync(ParseResult parsed, IServiceProvider services, Person user, CancellationToken cancellation)
    {
        if (!await services.GetRequiredService<Resets>().CancelByConsoleAsync(user.Account.Id, cancellation))
        {
            return await CommandHost.RefuseAsync(parsed, $"{user.Account.Name} has no open reset.");
        }

        await Json.WriteAsync(parsed, new { user.Account.UserName, Cancelled = true }, "The reset was stopped.");
        return 0;
    }

    private static async Task<int> LinkAsync(ParseResult parsed, IServiceProvider services, Person user, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<PasswordLinks>().MakeAsync(user.Account.Id, Actor.Console, cancellation) is not { } made)
        {
            var no = HelpDeskText.For(new HelpOutcome.NotEnrolledYet(), services.TextContext(), user.Account.Name);
            return await CommandHost.RefuseAsync(parsed, Sentences.OnOneLine(no));
        }

        var link = services.GetRequiredService<PublicUrl>().Link($"/reset-password/{made.Token.Reveal()}");
        var endsAt = made.Ticket.ExpiresAt.ToDateTimeOffset();
        await Json.WriteAsync(
            parsed,
            new { user.Account.UserName, Link = link, EndsAt = Times.Iso(endsAt) },
            $"A new password for {user.Account.Name}: {link}",
            $"It works once, until {Times.Moment(endsAt)}. Signing in still takes a code.");
        return 0;
    }
}
