namespace TwoFactor.Commands;

using System.CommandLine;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Mail;
using TwoFactor.Pages;

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
        command.SetAction((parsed, cancellation) => Desk.RunAsync(
            parsed,
            (services, token) => AccountCommands.WithAccountAsync(
                parsed,
                services,
                person => (parsed.GetValue(cancel), parsed.GetValue(password)) switch
                {
                    (true, _) => CancelAsync(parsed, services, person, token),
                    (_, true) => LinkAsync(parsed, services, person, token),
                    _ => ResetAsync(parsed, services, person, parsed.GetValue(reason), token),
                },
                token),
            cancellation));
        return command;
    }

    private static async Task<int> ResetAsync(
        ParseResult parsed, IServiceProvider services, Person person, string? reason, CancellationToken cancellation)
    {
        var outcome = await services.GetRequiredService<Resets>().ApproveByConsoleAsync(person.Account.Id, reason, cancellation);
        if (outcome is not HelpOutcome.HandOver(var ticket, var endsAt))
        {
            return await Desk.SayNoAsync(parsed, Sentences.Of(services, outcome, person.Account.Name));
        }

        var link = services.GetRequiredService<PublicUrl>().Link($"/sign-in/ticket/{ticket.Reveal()}");
        await Json.WriteAsync(
            parsed,
            new { person.Account.UserName, Ticket = ticket.RevealInGroups(), Link = link, EndsAt = Times.Machine(endsAt) },
            $"Ticket for {person.Account.Name}: {ticket.RevealInGroups()}",
            $"Or as a link: {link}",
            $"It is shown once. Hand it over in person. It ends {Times.Moment(endsAt)}, and needs {person.Account.Name}'s password too.");
        return 0;
    }

    private static async Task<int> CancelAsync(ParseResult parsed, IServiceProvider services, Person person, CancellationToken cancellation)
    {
        if (!await services.GetRequiredService<Resets>().CancelByConsoleAsync(person.Account.Id, cancellation))
        {
            return await Desk.SayNoAsync(parsed, $"{person.Account.Name} has no open reset.");
        }

        await Json.WriteAsync(parsed, new { person.Account.UserName, Cancelled = true }, "The reset was stopped.");
        return 0;
    }

    private static async Task<int> LinkAsync(ParseResult parsed, IServiceProvider services, Person person, CancellationToken cancellation)
    {
        if (await services.GetRequiredService<PasswordLinks>().MakeAsync(person.Account.Id, Origin.Console, cancellation) is not { } made)
        {
            return await Desk.SayNoAsync(parsed, Sentences.Of(services, new HelpOutcome.NotEnrolledYet(), person.Account.Name));
        }

        var link = services.GetRequiredService<PublicUrl>().Link($"/reset-password/{made.Token.Reveal()}");
        var endsAt = DateTimeOffset.FromUnixTimeSeconds(made.Ticket.ExpiresAt);
        await Json.WriteAsync(
            parsed,
            new { person.Account.UserName, Link = link, EndsAt = Times.Machine(endsAt) },
            $"A new password for {person.Account.Name}: {link}",
            $"It works once, until {Times.Moment(endsAt)}. Signing in still takes a code.");
        return 0;
    }
}
