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

/// <summary>What becomes of one line of a file.</summary>
/// <param name="Number">Of the line in the file; the heading is 1.</param>
/// <param name="What">What changes, or what is wrong and what would be right.</param>
public sealed record ImportLine(int Number, string UserName, ImportKind Kind, IReadOnlyList<string> What)
{
    internal ImportDraft? Draft { get; init; }

    /// <summary>It has to do with a role above that of a user, or brings an authenticator: it is shown, however long the list is.</summary>
    public bool NeedsReview => Draft is { } draft
        && (draft.Secret is not null || draft.Role is Role.Helpdesk or Role.Admin || draft.Before is { Role: not Role.User });

    internal static ImportLine Wrong(int number, string userName, string what) => new(number, userName, ImportKind.Bad, [what]);
}

/// <summary>What is to be written for a line. Null: stays as it is.</summary>
/// <param name="Before">The account as it is; null: there is none yet.</param>
/// <param name="Groups">In the spelling that counts.</param>
internal sealed record ImportDraft(
    Account? Before, IReadOnlyList<string> GroupsBefore, string UserName, string? Name, string? Mail, IReadOnlyList<string>? Groups,
    Role? Role, TotpSecret? Secret)
{
    public override string ToString() => "(hidden)";
}

/// <summary>What an import would do: all of it, or nothing.</summary>
public sealed record ImportPlan(IReadOnlyList<ImportLine> Lines)
{
    /// <summary>Over the bytes of the file.</summary>
    internal byte[] FileHash { get; init; } = [];

    public int New => Count(ImportKind.New);

    public int Changed => Count(ImportKind.Changed);

    public int Same => Count(ImportKind.Same);

    public int Bad => Count(ImportKind.Bad);

    /// <summary>How many accounts would be written.</summary>
    public int Writes => New + Changed;

    /// <summary>The same for the same report on the same file: what was shown is what is done.</summary>
    public string Digest
    {
        get
        {
            var said = new CanonicalEncoding().Bytes(FileHash);
            foreach (var line in Lines)
            {
                said.Number(line.Number).Text(line.UserName).Number((long)line.Kind).Text(string.Join('\n', line.What));
            }

            return Convert.ToHexStringLower(SHA256.HashData(said.ToArray()));
        }
    }

    private int Count(ImportKind kind) => Lines.Count(line => line.Kind == kind);
}

/// <summary>The answer to an import.</summary>
/// <param name="Plan">What was done, or why nothing was.</param>
public sealed record ImportResult(bool IsDone, ImportPlan Plan) : IOutcome
{
    /// <summary>Null: the agent may import.</summary>
    public ImportRefusal? Refusal { get; init; }

    /// <summary>Also a refusal by rank, for it is recorded.</summary>
    public bool Commits => IsDone || Refusal is ImportRefusal.Rank;
}

public enum ImportRefusal
{
    /// <summary>The agent is no admin, or not any more.</summary>
    Rank,

    /// <summary>An agent's own code comes first.</summary>
    Proof,
}
