namespace TwoFactor.Administration.Importing;

using System.Security.Cryptography;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

public enum ImportKind
{
    New,
    Changed,
    Same,
    Bad,
}

/// <summary>The effect of one line of a file.</summary>
/// <param name="Number">The number of the line in the file; the heading is line 1.</param>
/// <param name="What">What changes, or what is wrong and what would be right.</param>
public sealed record ImportLine(int Number, string UserName, ImportKind Kind, IReadOnlyList<string> What)
{
    internal ImportDraft? Draft { get; init; }

    /// <summary>Whether it involves a role above user or an authenticator. Such a line is always shown, however long the list is.</summary>
    public bool NeedsReview => Draft is { } draft
        && (draft.Secret is not null || draft.Role is Role.Helpdesk or Role.Admin || draft.Before is { Role: not Role.User });

    internal static ImportLine Wrong(int number, string userName, string what) => new(number, userName, ImportKind.Bad, [what]);
}

/// <summary>What is to be written for a line. A null leaves that part as it is.</summary>
/// <param name="Before">The account as it is; null when there is none yet.</param>
/// <param name="Groups">In the spelling that is in use.</param>
internal sealed record ImportDraft(
    Account? Before, IReadOnlyList<string> GroupsBefore, string UserName, string? Name, string? Mail, IReadOnlyList<string>? Groups,
    Role? Role, TotpSecret? Secret)
{
    public override string ToString() => "(hidden)";
}

/// <summary>What an import would do: all of it, or nothing.</summary>
public sealed record ImportPlan(IReadOnlyList<ImportLine> Lines)
{
    /// <summary>The SHA-256 hash of the file.</summary>
    internal byte[] FileHash { get; init; } = [];

    public int New => Count(ImportKind.New);

    public int Changed => Count(ImportKind.Changed);

    public int Same => Count(ImportKind.Same);

    public int Bad => Count(ImportKind.Bad);

    /// <summary>How many accounts would be written.</summary>
    public int Writes => New + Changed;

    /// <summary>A hash of the file and of the report on it. An import compares it, so that it does exactly what was shown.</summary>
    public string Digest
    {
        get
        {
            var report = new CanonicalEncoding().Bytes(FileHash);
            foreach (var line in Lines)
            {
                report.Number(line.Number).Text(line.UserName).Number((long)line.Kind).Text(string.Join('\n', line.What));
            }

            return Convert.ToHexStringLower(SHA256.HashData(report.ToArray()));
        }
    }

    private int Count(ImportKind kind) => Lines.Count(line => line.Kind == kind);
}

/// <summary>The answer to an import.</summary>
/// <param name="Plan">What was done, or why nothing was done.</param>
public sealed record ImportResult(bool IsDone, ImportPlan Plan) : IOutcome
{
    /// <summary>Why the agent may not import; null when the agent may.</summary>
    public ImportRefusal? Refusal { get; init; }

    /// <summary>How it ended when a line could not be written any more; null when nothing had to be undone.</summary>
    public RunningImport? Undone { get; init; }

    /// <summary>Whether it has begun and is not done yet. No caller sees that.</summary>
    internal bool HasBegun { get; init; }

    /// <summary>A refusal by rank commits as well, because it is recorded.</summary>
    public bool Commits => HasBegun || IsDone || Refusal is ImportRefusal.Rank;
}

public enum ImportRefusal
{
    /// <summary>The agent is not an admin, or not any more.</summary>
    Rank,

    /// <summary>The agent must give a code first.</summary>
    Proof,
}
