namespace TwoFactor.Administration.Editing;

using TwoFactor.Administration.Authorization;
using TwoFactor.Storage;

/// <summary>The answer to an edit or a deletion of an account.</summary>
public abstract record EditOutcome : IOutcome
{
    private EditOutcome(bool commits) => Commits = commits;

    public bool Commits { get; }

    /// <param name="Invited">Whether the person was invited again, because the older invitation went to another address.</param>
    public sealed record Saved(bool Invited) : EditOutcome(commits: true);

    public sealed record Deleted() : EditOutcome(commits: true);

    public sealed record Unchanged() : EditOutcome(commits: false);

    public sealed record MailNotAllowed() : EditOutcome(commits: false);

    public sealed record MailTaken(string Mail) : EditOutcome(commits: false);

    public sealed record GroupNotAllowed() : EditOutcome(commits: false);

    public sealed record DateNotAllowed() : EditOutcome(commits: false);

    /// <summary>The agent must give a code first.</summary>
    public sealed record ProofNeeded() : EditOutcome(commits: false);

    public sealed record RankForbids() : EditOutcome(commits: true);

    public sealed record Oneself() : EditOutcome(commits: true);

    public sealed record LastAdmin() : EditOutcome(commits: false);

    /// <summary>Nobody becomes an admin whose authenticator came from a file.</summary>
    public sealed record ImportedAuthenticator() : EditOutcome(commits: false);

    public sealed record ReasonMissing() : EditOutcome(commits: false);

    public sealed record NoSuchAccount() : EditOutcome(commits: false);

    internal static EditOutcome Refused(AgentRefusal refusal) => refusal switch
    {
        AgentRefusal.NoSuchAccount => new NoSuchAccount(),
        AgentRefusal.Oneself => new Oneself(),
        _ => new RankForbids(),
    };
}
