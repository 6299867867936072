namespace TwoFactor.Commands.Accounts;

using System.CommandLine;
using TwoFactor.Accounts.Groups;
using TwoFactor.Administration.Lists;
using TwoFactor.Storage;
using TwoFactor.Web.Text;

/// <summary>Mails to many people: <c>account invite --never-invited</c>, <c>account remind</c>.</summary>
internal static class BulkInvitationCommands
{
    public static Option<string?> Group { get; } = new("--group") { Description = "Only who is in this group" };

    public static Option<int?> Limit { get; } = MakeLimit();

    public static Command Remind()
    {
        var state = new Option<string>("--state") { Description = "not-enrolled, invited or late", Required = true };
        state.AcceptOnlyFromAmong([.. BulkInvitations.Reminded.Select(States.Slug)]);
        var command = new Command(
            "remind", "Remind who has not set up yet, each at most once a day: a new link, and the older one ends") { state, Group, Limit };
        command.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            (services, token) => WithGroupAsync(
                parsed,
                services,
                async group => await AnswerAsync(
                    parsed,
                    services,
                    FlashMessage.BulkReminded,
                    await services.GetRequiredService<BulkInvitations>().RemindAsync(
                        agent: null, new PeopleFilter(
                            Show: States.ParseListing(parsed.GetRequiredValue(state)),
                            Group: group), parsed.GetValue(Limit), Actor.Console, token)),
                token),
            cancellation));
        return command;
    }

    public static Task<int> InviteAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellation) => WithGroupAsync(
        parsed,
        services,
        async group => await AnswerAsync(
            parsed,
            services,
            FlashMessage.BulkInvited,
            await services.GetRequiredService<BulkInvitations>().InviteAsync(
                agent: null,
                new PeopleFilter(Show: Listing.NeverInvited, Group: group),
                parsed.GetValue(Limit),
                Actor.Console,
                cancellation)),
        cancellation);

    /// <summary>Runs a command on the group that it names, or answers that there is none.</summary>
    public static async Task<int> WithGroupAsync(
        ParseResult parsed, IServiceProvider services, Func<string?, Task<int>> act, CancellationToken cancellation)
    {
        if (parsed.GetValue(Group) is not { } typed)
        {
            return await act(null);
        }

        return await services.GetRequiredService<Groups>().FindAsync(typed, cancellation) is { } group
            ? await act(group)
            : await CommandHost.RefuseAsync(parsed, $"There is no group named {typed}.");
    }

    private static Option<int?> MakeLimit()
    {
        var limit = new Option<int?>("--limit") { Description = "At most so many; Limits:People:BulkSize when left out" };
        limit.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int?>() is < 1)
            {
                result.AddError("--limit takes a number from 1 on.");
            }
        });
        return limit;
    }

    private static async Task<int> AnswerAsync(
        ParseResult parsed, IServiceProvider services, FlashMessage message, BulkInvitationResult result)
    {
        await Json.WriteAsync(
            parsed,
            new { result.Sent, result.LeftOut, result.Remaining },
            FlashText.For(message, services.TextContext(), numbers: [result.Sent, result.LeftOut, result.Remaining]));
        return 0;
    }
}
