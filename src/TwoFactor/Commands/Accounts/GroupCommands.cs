namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration;
using TwoFactor.Storage;
using TwoFactor.Web.Text;
using TwoFactor.Web.Text.Administration;

/// <summary><c>group …</c></summary>
internal static class GroupCommands
{
    public static Command Build() => new("group", "Groups of people: list, edit") { List(), Edit() };

    private static Command List()
    {
        var command = new Command("list", "Every group, with its members and its date");
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            async (services, token) =>
            {
                var groups = await services.GetRequiredService<Groups>().AllAsync(token);
                await Json.WriteAsync(
                    parsed,
                    groups.Select(group => new { group.Name, group.Members, EnrollBy = Day(group.EnrollBy) }),
                    [.. groups.Select(group => $"{group.Name}\t{group.Members}\t{Day(group.EnrollBy) ?? "-"}")]);
                return 0;
            },
            cancellation));
        return command;
    }

    private static Command Edit()
    {
        const string none = "none";
        var name = new Argument<string>("name") { Description = "1 to 64 visible characters" };
        var by = new Option<string>("--enroll-by")
        {
            Description = "A day such as 2026-12-24, by whose end everybody in it should be enrolled, or none",
            Required = true
        };
        by.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } typed && typed is not none && Deadlines.Parse(typed) is null)
            {
                result.AddError($"--enroll-by '{typed}' is no day such as 2026-12-24, and not none.");
            }
        });
        var command = new Command("edit", "Set the date of a group; people may come into it later") { name, by };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            async (services, token) =>
            {
                if (GroupName.Normalise(parsed.GetRequiredValue(name)) is not { } typed)
                {
                    return await CommandHost.RefuseAsync(
                        parsed, Sentences.OnOneLine(InvitationText.For(new Administration.InviteOutcome.GroupNotAllowed())));
                }

                var day = Deadlines.Parse(parsed.GetRequiredValue(by));
                var (group, changed) = await SetAsync(services, typed, day, token);
                var at = day is { } given ? Deadlines.Format(Deadlines.EndOf(given)) : null;
                await Json.WriteAsync(
                    parsed,
                    new { Name = group, EnrollBy = at, Changed = changed },
                    !changed
                        ? CommonText.Unchanged.Title
                        : at is null ? $"{group} has no date any more." : $"Who is in {group} should be enrolled by {at}.");
                return 0;
            },
            cancellation));
        return command;
    }

    private static async Task<(string Group, bool Changed)> SetAsync(
        IServiceProvider services, string typed, DateOnly? day, CancellationToken cancellation)
    {
        var done = await services.GetRequiredService<UnitOfWork>().RunAsync(
            Actor.Console,
            Locks.None,
            async work =>
            {
                var group = await Groups.SpellAsync(work, typed);
                var changed = await services.GetRequiredService<Deadlines>().SetGroupAsync(work, group, day);
                return new Committed<(string, bool)>((group, changed));
            },
            cancellation);
        return done.Value;
    }

    private static string? Day(UnixTime? enrollBy) => enrollBy is null ? null : Deadlines.Format(enrollBy);
}
