namespace TwoFactor.Administration.Importing;

using System.Text.Json;
using TwoFactor.Accounts;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>What a batch holds: who imports, and the lines to write, or to undo once they are written.</summary>
/// <param name="Agent">Null when the console imports.</param>
/// <param name="Who">The display name of whoever imports.</param>
internal sealed record ImportSheet(Guid? Agent, string Who, IReadOnlyList<ImportItem> Items)
{
    /// <summary>What the import's events say of who acts. A later process does not know from where.</summary>
    public Actor Actor => Agent is null ? Actor.Console : Actor.Console with { Kind = ActorKind.Agent, Account = Agent };

    public override string ToString() => "(hidden)";
}

/// <summary>One line of a batch.</summary>
/// <param name="Account">Its account; a new one has its id before its row, so that its names can be claimed.</param>
/// <param name="What">What was shown of the line.</param>
/// <param name="Was">What it replaced; null as long as the line is not written.</param>
internal sealed record ImportItem(
    int Line, string UserName, Guid Account, bool IsNew, IReadOnlyList<string> What, ImportValues Sets, ImportWas? Was = null)
{
    public static ImportItem Of(ImportLine line)
    {
        var draft = line.Draft!;
        return new ImportItem(
            line.Number,
            line.UserName,
            draft.Before?.Id ?? Guid.NewGuid(),
            draft.Before is null,
            line.What,
            new ImportValues(draft.Name, draft.Mail, draft.Groups, draft.Role, draft.Secret?.Reveal().ToArray()));
    }

    /// <param name="before">The account as it is now; null for a new one.</param>
    public ImportDraft ToDraft(Account? before, IReadOnlyList<string> groupsBefore) => new(
        before, groupsBefore, UserName, Sets.Name, Sets.Mail, Sets.Groups, Sets.Role,
        Sets.Secret is { } secret ? new TotpSecret(secret) : null);

    public override string ToString() => "(hidden)";
}

/// <summary>What a line sets. A null leaves that part as it is.</summary>
internal sealed record ImportValues(string? Name, string? Mail, IReadOnlyList<string>? Groups, Role? Role, byte[]? Secret)
{
    public override string ToString() => "(hidden)";
}

/// <summary>What an account had before its line was written.</summary>
/// <param name="Rev">The revision that the line gave to the account. If it has another one, somebody changed it since.</param>
internal sealed record ImportWas(long Rev, string Name, string Mail, IReadOnlyList<string> Groups, Role Role);

/// <summary>Encrypts batches under the secrets ring. Each is bound to its import and its number.</summary>
public sealed class ImportSheets(SecretsRing ring, KeyRingHealth health)
{
    private const string Purpose = "TwoFactor.Import.Batch";

    internal ProtectedPayload Close(Guid import, int number, ImportSheet sheet)
    {
        health.RequireConsistent();
        return ring.Protect(JsonSerializer.SerializeToUtf8Bytes(sheet), Purpose, RowOf(import, number));
    }

    /// <summary>What a batch holds; null when somebody altered it.</summary>
    /// <exception cref="KeyRingProblemException">The key ring is not complete; once it is, the batch opens.</exception>
    internal ImportSheet? Open(ImportBatch batch)
    {
        health.RequireConsistent();
        return ring.Unprotect(
            new ProtectedPayload(batch.Ciphertext, batch.KeyId),
            health.Current.Readable,
            Purpose,
            RowOf(batch.ImportId, batch.Number)) is Unprotected.Plain plain
            ? JsonSerializer.Deserialize<ImportSheet>(plain.Bytes)
            : null;
    }

    private static string[] RowOf(Guid import, int number) =>
        [import.ToString("N"), number.ToString(System.Globalization.CultureInfo.InvariantCulture)];
}
