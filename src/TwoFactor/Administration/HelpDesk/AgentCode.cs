namespace TwoFactor.Administration.HelpDesk;

using TwoFactor.Authenticators;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The agent's own fresh code, in the same form as the act: who left a session open has not left that.</summary>
public sealed class AgentCode(CodeGuards guards, CodeCheck check)
{
    /// <summary>Whether what was decided is kept: a code that was not judged is as if it had not been sent.</summary>
    public static bool IsKept(HelpOutcome outcome) => outcome is not HelpOutcome.CodeRefused { Verdict: CodeVerdict.KeyMissing or CodeVerdict.Busy };

    /// <summary>Judges it in the caller's transaction, after both guards were locked by ascending id. Null: accepted.</summary>
    internal async Task<HelpOutcome?> JudgeAsync(CurrentSession agent, Guid target, string? typed, Actor by, CancellationToken cancellation)
    {
        if (SixDigits.Parse(typed, out var length) is not { } code)
        {
            return new HelpOutcome.CodeRefused(new CodeVerdict.Malformed(length));
        }

        var (first, second) = agent.Account.Id < target ? (agent.Account.Id, target) : (target, agent.Account.Id);
        await guards.LockAsync(first, cancellation);
        await guards.LockAsync(second, cancellation);
        var verdict = await check.JudgeAsync(Work.Running(by, Locks.Of(first, second)), agent.Account.Id, agent.Epoch, code, HeldBy.None);
        return verdict is CodeVerdict.Accepted ? null : new HelpOutcome.CodeRefused(verdict);
    }
}
