namespace TwoFactor.Administration.Lists;

using TwoFactor.Administration.Authorization;
using TwoFactor.Audit;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Records that a list leaves as a file: names and addresses of everybody, or what happened. The event is committed before the first line
/// is sent, so that no download is broken off in time to leave no trace.
/// </summary>
public sealed class ExportRecords(AgentActs acts, AuditLog audit)
{
    private static readonly AgentAct<Committed<bool>> Exporting = new(Requires.Current, _ => new Committed<bool>(false));

    /// <param name="agent">Null when the console exports.</param>
    /// <param name="kind">One of <see cref="AuditKinds"/>.</param>
    /// <param name="lines">How many accounts or events leave.</param>
    /// <param name="what">What the list is filtered by, as typed.</param>
    /// <returns>False when the agent's sign-in has just changed: then nothing may leave.</returns>
    public async Task<bool> RecordAsync(
        CurrentSession? agent, string kind, long lines, string? what, Actor actor, CancellationToken cancellation)
    {
        var recorded = await acts.RunAsync(
            agent,
            actor,
            Exporting,
            about: null,
            work =>
            {
                var words = AuditDetail.Sanitize(what);
                audit.Record(work, kind, account: null, lines, words is null ? null : AuditDetail.Truncate(words));
                return Task.FromResult(new Committed<bool>(true));
            },
            cancellation);
        return recorded.Value;
    }
}
