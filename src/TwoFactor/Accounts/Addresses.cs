namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts.Statements;
using TwoFactor.Storage;

/// <summary>The mail addresses of accounts: finds an account by one, tells whether one is taken, and changes them.</summary>
public sealed class Addresses(TwoFactorDb database, CoolingOffLimits coolingOff, TimeProvider time)
{
    /// <summary>
    /// Finds the account of a typed user name or address. An address that was changed recently still finds its account, because the change
    /// may not have been its owner's.
    /// </summary>
    public Task<Account?> FindAsync(string typedName, CancellationToken cancellation) =>
        FindAsync(database, time.Now(), typedName, cancellation);

    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    public Task<Account?> FindAsync(Work work, string typedName)
    {
        ArgumentNullException.ThrowIfNull(work);
        return FindAsync(work.Rows, work.Now, typedName, CancellationToken.None);
    }

    /// <summary>Whether an address belongs to another account, or did until recently.</summary>
    public Task<bool> IsTakenAsync(Work work, Guid account, string mail)
    {
        ArgumentNullException.ThrowIfNull(work);
        return OwnersOf(work.Rows, work.Now, mail).AnyAsync(other => other.Id != account, CancellationToken.None);
    }

    /// <summary>
    /// Claims an address for an account, whose row need not be there yet: nobody else gets it from now on. The claim on its present
    /// address stays until that address is changed.
    /// </summary>
    /// <returns>False when the address belongs to another account, or did until recently and may have to be given back.</returns>
    public async Task<bool> ClaimAsync(Work work, Guid account, string mail)
    {
        ArgumentNullException.ThrowIfNull(work);
        return !await IsTakenAsync(work, account, mail) && await NameClaims.ClaimMailAsync(work, account, mail);
    }

    /// <summary>
    /// Changes the first address to one that the account has claimed. After several changes within the cooling-off time, mail still goes to
    /// the oldest address.
    /// </summary>
    public async Task ChangeAsync(Work work, Guid account, string mail)
    {
        ArgumentNullException.ThrowIfNull(work);
        var (row, now) = (await RowAsync(work, account), work.Now);
        var book = AddressBook.Of(row);
        await WriteAsync(
            work,
            row,
            book with { Mail = mail, Former = coolingOff.Covers(book.ChangedAt, now) ? book.Former : book.Mail, ChangedAt = now });
        await AccountStatements.DistrustMailboxAsync(work, account);
        await SearchTerms.RenewAsync(work, account);
    }

    /// <summary>
    /// Changes the address of an account that never enrolled. Nobody relies on the old address, so it is not kept. Does nothing for an
    /// enrolled account.
    /// </summary>
    public async Task ReplaceAsync(Work work, Guid account, string mail)
    {
        ArgumentNullException.ThrowIfNull(work);
        var row = await RowAsync(work, account);
        if (row.EnrolledAt is null)
        {
            await WriteAsync(work, row, AddressBook.New(mail));
            await SearchTerms.RenewAsync(work, account);
        }
    }

    /// <summary>
    /// Changes the second address, in the caller's transaction. Until the change is trusted, mail goes to the former second address.
    /// </summary>
    /// <param name="mail">The new address; null to have none.</param>
    public async Task ChangeSecondAsync(Work work, Guid account, string? mail)
    {
        ArgumentNullException.ThrowIfNull(work);
        var (row, now) = (await RowAsync(work, account), work.Now);
        var book = AddressBook.Of(row);
        var former = coolingOff.Covers(book.SecondChangedAt, now) ? book.FormerSecond : book.Second;
        await WriteAsync(work, row, book with { Second = mail, FormerSecond = former, SecondChangedAt = now });
        await AccountStatements.DistrustMailboxAsync(work, account);
    }

    /// <summary>Restores the addresses that were changed recently, when the owner says that the change was not theirs.</summary>
    /// <returns>Which of the two were restored.</returns>
    public async Task<(bool First, bool Second)> PutBackAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        var (row, now) = (await RowAsync(work, account), work.Now);
        var book = AddressBook.Of(row);
        var second = coolingOff.Covers(book.SecondChangedAt, now);
        if (second)
        {
            book = book with { Second = book.FormerSecond, FormerSecond = null, SecondChangedAt = null };
        }

        var first = coolingOff.Covers(book.ChangedAt, now) && book.Former is { } former
            && !await work.Rows.Set<Account>().AnyAsync(
                other => other.Id != account && other.Mail == former, CancellationToken.None)
            && await NameClaims.ClaimMailAsync(work, account, former);
        if (first)
        {
            book = book with { Mail = book.Former!, Former = null, ChangedAt = null };
        }

        if (first || second)
        {
            await WriteAsync(work, row, book);
            await SearchTerms.RenewAsync(work, account);
        }

        return (first, second);
    }

    private Task<Account?> FindAsync(TwoFactorDb rows, UnixTime now, string typedName, CancellationToken cancellation) =>
        NameClaims.FindAsync(
            rows, SignInName.Parse(typedName), cancellation, account => coolingOff.KeepsFormerMail(account, now));

    /// <summary>Whoever has an address, or had it until recently and may get it back.</summary>
    private IQueryable<Account> OwnersOf(TwoFactorDb rows, UnixTime now, string mail)
    {
        var since = coolingOff.Since(now);
        return rows.Set<Account>().AsNoTracking()
            .Where(account => account.Mail == mail || (account.FormerMail == mail && account.MailChangedAt > since));
    }

    private static Task<Account> RowAsync(Work work, Guid account) =>
        work.Rows.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, CancellationToken.None);

    private async Task WriteAsync(Work work, Account row, AddressBook book)
    {
        await NameClaims.SetMailsAsync(work, row.Id, book.Mail, book.Former, book.ChangedAt + coolingOff.Length);
        work.Revisions.NoteChange(row.Id);
        await work.ExecuteAsync(
            $"""
             UPDATE account SET mail={book.Mail}, second_mail={book.Second}, former_mail={book.Former}, mail_changed_at={book.ChangedAt},
              former_second_mail={book.FormerSecond}, second_mail_changed_at={book.SecondChangedAt}
              WHERE id={row.Id}
             """);
    }
}
