namespace TwoFactor.Administration.Importing;

using System.Security.Cryptography;
using TwoFactor.Administration.Authorization;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>Imports people from a file: all of its lines in one story, or none. It invites nobody; bulk invitations do that.</summary>
public sealed class PeopleImport(AgentActs acts, ImportPlans plans, ImportAdditions additions, ImportChanges changes)
{
    /// <summary>The number of lines between two reports of progress.</summary>
    public const int Step = 500;

    private static readonly AgentAct<ImportResult> Importing = new(Requires.Admin | Requires.Current, _ => Refused(ImportRefusal.Rank));

    /// <summary>What a file would do. Writes nothing.</summary>
    /// <param name="agent">Null when the console acts.</param>
    public async Task<ImportPlan> PreviewAsync(CurrentSession? agent, ReadOnlyMemory<byte> file, CancellationToken cancellation) =>
        await plans.MakeAsync(ImportFile.Parse(file.Span), agent is null, cancellation) with { FileHash = SHA256.HashData(file.Span) };

    /// <summary>Writes what a file says, if it is still what was shown.</summary>
    /// <param name="digest">The digest of the plan that was shown; null when none was.</param>
    /// <param name="progress">Called after each <see cref="Step"/> lines, with the number of lines written.</param>
    public async Task<ImportResult> ImportAsync(
        CurrentSession? agent, ReadOnlyMemory<byte> file, string? digest, Actor actor, Action<int>? progress,
        CancellationToken cancellation)
    {
        // The import may change roles and epochs of the accounts in the file, so their guards are locked. Which accounts these are is read
        // again under the locks.
        var known = await plans.KnownAsync(ImportFile.Parse(file.Span), cancellation);
        return await acts.RunAsync(
            agent,
            actor,
            Importing with { Locks = Locks.Admins().And(Locks.Of(known)) },
            about: agent?.Account.Id,
            async work =>
            {
                if (!acts.IsProven(agent))
                {
                    return Refused(ImportRefusal.Proof);
                }

                var plan = await PreviewAsync(agent, file, CancellationToken.None);
                if (plan.Bad > 0 || (digest is not null && !string.Equals(digest, plan.Digest, StringComparison.Ordinal)))
                {
                    return new ImportResult(IsDone: false, plan);
                }

                RequireLocks(work, plan);
                return await WriteAsync(work, plan, AgentAuthorization.NameOf(agent), progress);
            },
            cancellation);
    }

    private static ImportResult Refused(ImportRefusal why) => new(IsDone: false, new ImportPlan([])) { Refusal = why };

    private static void RequireLocks(Work work, ImportPlan plan)
    {
        var others = plan.Lines.Select(line => line.Draft?.Before?.Id).OfType<Guid>().Where(id => !work.Locks.Holds(id)).ToList();
        if (others.Count > 0)
        {
            throw new OtherLocksException(others);
        }
    }

    private async Task<ImportResult> WriteAsync(Work work, ImportPlan plan, string who, Action<int>? progress)
    {
        var done = 0;
        foreach (var lines in plan.Lines.Where(line => line.Kind is ImportKind.New or ImportKind.Changed).Chunk(Step))
        {
            if (await WriteAsync(work, lines, who) is { } wrong)
            {
                return new ImportResult(
                    IsDone: false, plan with { Lines = [.. plan.Lines.Select(line => line.Number == wrong.Number ? wrong : line)] });
            }

            await work.SaveAsync();

            // Thousands of tracked rows would slow down each further statement.
            work.Rows.ChangeTracker.Clear();
            done += lines.Length;
            progress?.Invoke(done);
        }

        return new ImportResult(IsDone: true, plan);
    }

    /// <returns>The line that cannot be carried out, with what is wrong; null: all were written.</returns>
    private async Task<ImportLine?> WriteAsync(Work work, IReadOnlyCollection<ImportLine> lines, string who)
    {
        if (await additions.AddAsync(work, lines.Where(line => line.Kind == ImportKind.New), who) is { } lost)
        {
            return lost;
        }

        foreach (var line in lines.Where(line => line.Kind == ImportKind.Changed))
        {
            if (await changes.ApplyAsync(work, line.Draft!, who) is { } wrong)
            {
                return ImportLine.Wrong(line.Number, line.UserName, wrong);
            }
        }

        return null;
    }
}
