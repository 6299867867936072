namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Statements;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>Gives somebody another name, by which lists find them from now on.</summary>
public sealed class NameChanges(AuditLog audit)
{
    /// <param name="detail">Of the event.</param>
    internal async Task ApplyAsync(Work work, Guid account, string name, string detail)
    {
        await AccountStatements.RenameAsync(work, account, name);
        await SearchTerms.RenewAsync(work, account);
        audit.Record(work, AuditKinds.AccountChanged, account, detail: detail);
    }
}
