namespace TwoFactor.Administration.Editing;

using TwoFactor.Administration.Authorization;
using TwoFactor.Storage;

/// <summary>The answer to whoever edits or deletes an account.</summary>
public abstract record EditOutcome : IOutcome
{
    private EditOutcome()
    {
    }

    public abstract bool Commits { get; }

    /// <param name="Invited">The person was invited anew, for the older invitation went to another address.</param>
    public sealed record Saved(bool Invited) : EditOutcome
    {
        public override bool Commits => true;
    }

    public sealed record Deleted : EditOutcome
    {
        public override bool Commits => true;
    }

    public sealed record Unchanged : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record MailNotAllowed : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record MailTaken(string Mail) : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record GroupNotAllowed : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record DateNotAllowed : EditOutcome
    {
        public override bool Commits => false;
    }

    /// <summary>An agent's own code comes first.</summary>
    public sealed record ProofNeeded : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record RankForbids : EditOutcome
    {
        public override bool Commits => true;
    }

    public sealed record Oneself : EditOutcome
    {
        public override bool Commits => true;
    }

    public sealed record LastAdmin : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record ReasonMissing : EditOutcome
    {
        public override bool Commits => false;
    }

    public sealed record NoSuchAccount : EditOutcome
    {
        public override bool Commits => false;
    }

    internal static EditOutcome Refused(AgentRefusal refusal) => refusal switch
    {
        AgentRefusal.NoSuchAccount => new NoSuchAccount(),
        AgentRefusal.Oneself => new Oneself(),
        _ => new RankForbids(),
    };
}
