namespace TwoFactor.Administration.Editing;

using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Storage;

/// <summary>Gives somebody another name, by which lists find them from now on.</summary>
public sealed class NameChanges(SearchTerms searchTerms, AuditLog audit)
{
    /// <param name="detail">Of the event.</param>
    internal async Task ApplyAsync(Work work, Guid account, string name, string detail)
    {
        await work.ExecuteAsync($"UPDATE account SET name={name} WHERE id={account}");
        await searchTerms.RenewAsync(account, CancellationToken.None);
        audit.Record(work, AuditKinds.AccountChanged, account, detail: detail);
    }
}
