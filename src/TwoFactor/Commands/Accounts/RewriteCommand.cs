namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Administration.Altered;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Storage;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Authenticators;

/// <summary><c>account rewrite</c>: accepts what stands in the database of an account that somebody altered there.</summary>
internal static class RewriteCommand
{
    private const string Yes = "yes";

    public static Command Build(Argument<string> name)
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command(
            "rewrite", "Accept an account that was altered in the database, as it stands there; everything that was open for it ends")
        {
            name, yes,
        };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => AccountCommands.WithAccountAsync(
                parsed, services, user => RewriteAsync(parsed, services, user, parsed.GetValue(yes), token), token),
            cancellation));
        return command;
    }

    private static async Task<int> RewriteAsync(
        ParseResult parsed, IServiceProvider services, Person user, bool isSure, CancellationToken cancellation)
    {
        var rewriting = services.GetRequiredService<AccountRewriting>();
        var misfits = await rewriting.MisfitsAsync(user.Account.Id, cancellation);
        if (misfits.Count > 0 && !isSure)
        {
            await ShowAsync(parsed, services, user.Account.Id, misfits, cancellation);
            if (!string.Equals((await Console.In.ReadLineAsync(cancellation))?.Trim(), Yes, StringComparison.OrdinalIgnoreCase))
            {
                return await CommandHost.RefuseAsync(parsed, "Nothing was changed.");
            }
        }

        switch (await rewriting.RewriteAsync(user.Account.Id, cancellation))
        {
            case RewriteOutcome.NotAltered:
                return await CommandHost.RefuseAsync(parsed, $"The account {user.Account.UserName} was not altered. Nothing was changed.");
            case RewriteOutcome.NoGuard:
                return await CommandHost.RefuseAsync(
                    parsed, $"The guard of {user.Account.UserName} was removed from the database. Restore a backup.");
            default:
                await Json.WriteAsync(
                    parsed,
                    new { user.Account.UserName, Rewritten = true, Parts = misfits.Select(part => part.ToToken()) },
                    $"The account {user.Account.UserName} counts as it stands. Its sessions and links have ended; the admins are told.");
                return 0;
        }
    }

    /// <summary>Shows everything that the seal covers and a person can judge.</summary>
    private static async Task ShowAsync(
        ParseResult parsed, IServiceProvider services, Guid id, IReadOnlyList<SealedPart> misfits, CancellationToken cancellation)
    {
        var detail = (await services.GetRequiredService<People>().FindAsync(id, cancellation))!;
        var account = detail.Person.Account;
        string[] lines =
        [
            $"What does not fit: {string.Join("; ", misfits.Select(SealText.Describe))}.",
            "What stands there now:",
            $"  User name: {account.UserName}",
            $"  Name: {account.Name}",
            $"  Role: {account.Role.ToToken()}",
            $"  Mail: {account.Mail}; second: {account.SecondMail ?? "none"}; before: {account.FormerMail ?? "none"}",
            $"  Password: set {Moment(account.PasswordChangedAt)}",
            $"  Groups: {(detail.Groups.Count == 0 ? "none" : string.Join("; ", detail.Groups))}",
            .. detail.Authenticators.Select(phone => $"  Authenticator: {phone.Label}, confirmed {Moment(phone.ConfirmedAt)}"),
            $"  Recovery codes: {account.RecoveryLeft} left",
            $"  Held: {detail.Guard.Held}{(detail.Guard.Closed ? ", closed" : "")}",
            $"If any of this is wrong, stop here, accept it later with a reset, or restore a backup. Type {Yes} to accept all of it:",
        ];
        foreach (var line in lines)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(line);
        }
    }

    private static string Moment(UnixTime? at) => at is { } moment ? Times.Moment(moment.ToDateTimeOffset()) : "never";
}
