namespace TwoFactor.Administration.Importing;

using System.Security.Cryptography;
using TwoFactor.Administration.Authorization;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Imports people from a file. It is checked whole before its first line is written. Then it is written in batches, so that nobody waits
/// long for the writer, and it is done when all of them are there. If a line cannot be written any more, what was written is undone. It
/// invites nobody; bulk invitations do that.
/// </summary>
public sealed class PeopleImport(AgentActs acts, ImportPlans plans, ImportPreparation preparation, ImportRuns runs)
{
    private static readonly AgentAct<ImportResult> Importing = new(Requires.Admin | Requires.Current, _ => Refused(ImportRefusal.Rank));

    /// <summary>What a file would do. Writes nothing.</summary>
    /// <param name="agent">Null when the console acts.</param>
    public async Task<ImportPlan> PreviewAsync(CurrentSession? agent, ReadOnlyMemory<byte> file, CancellationToken cancellation) =>
        await plans.MakeAsync(ImportFile.Parse(file.Span), agent is null, cancellation) with { FileHash = SHA256.HashData(file.Span) };

    /// <summary>Writes what a file says, if it is still what was shown.</summary>
    /// <param name="digest">The digest of the plan that was shown; null when none was.</param>
    /// <param name="progress">Called after each batch, with the number of accounts written.</param>
    public async Task<ImportResult> ImportAsync(
        CurrentSession? agent, ReadOnlyMemory<byte> file, string? digest, Actor actor, Action<int>? progress,
        CancellationToken cancellation)
    {
        // Reading the accounts of a long file takes its time, so it happens before the story. Each line is compared again when it is
        // written.
        var plan = await PreviewAsync(agent, file, cancellation);
        var isWanted = plan.Bad == 0 && (digest is null || string.Equals(digest, plan.Digest, StringComparison.Ordinal));
        var id = Guid.NewGuid();
        var begun = await acts.RunAsync(
            agent,
            actor,
            Importing,
            about: agent?.Account.Id,
            async work =>
            {
                if (!acts.IsProven(agent))
                {
                    return Refused(ImportRefusal.Proof);
                }

                if (isWanted && plan.Writes > 0)
                {
                    await ImportPreparation.BeginAsync(work, id, plan);
                    return new ImportResult(IsDone: false, plan) { HasBegun = true };
                }

                return new ImportResult(isWanted, plan);
            },
            cancellation);
        return begun.HasBegun ? await CarryAsync(id, plan, agent, actor, progress, cancellation) : begun;
    }

    private static ImportResult Refused(ImportRefusal why) => new(IsDone: false, new ImportPlan([])) { Refusal = why };

    private async Task<ImportResult> CarryAsync(
        Guid id, ImportPlan plan, CurrentSession? agent, Actor actor, Action<int>? progress, CancellationToken cancellation)
    {
        var head = new ImportSheet(agent?.Account.Id, AgentAuthorization.NameOf(agent), []);
        var by = agent is null ? actor : actor with { Kind = ActorKind.Agent, Account = agent.Account.Id };
        if (await preparation.PrepareAsync(id, plan, head, by, cancellation) is { } lost)
        {
            await runs.FailAsync(id, lost.Number, lost.What[0], by, cancellation);
        }

        var end = await runs.GoOnAsync(id, by, progress, cancellation);
        if (end.State is ImportStates.Done)
        {
            return new ImportResult(IsDone: true, plan);
        }

        var lines = plan.Lines.Select(line => line.Number == end.FailedLine && end.Why is { } why
            ? ImportLine.Wrong(line.Number, line.UserName, why)
            : line);
        return new ImportResult(IsDone: false, plan with { Lines = [.. lines] }) { Undone = end };
    }
}
