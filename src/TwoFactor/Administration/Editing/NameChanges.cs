namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>Changes the display name of an account, and the search terms with it.</summary>
public sealed class NameChanges(AuditLog audit)
{
    /// <param name="detail">The detail of the audit event.</param>
    internal async Task ApplyAsync(Work work, Guid account, string name, string detail)
    {
        await AccountStatements.RenameAsync(work, account, name);
        await SearchTerms.RenewAsync(work, account);
        audit.Record(work, AuditKinds.AccountChanged, account, detail: detail);
    }
}
