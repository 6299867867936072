namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>Mail addresses of accounts: who is found by one, whose it is, and what a change leaves behind.</summary>
public sealed class Addresses(
    TwoFactorDb database, KeyedHasher keyedHasher, SearchTerms searchTerms, CoolingOffLimits coolingOff, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>
    /// Whom a typed name is of. An address that was changed lately finds its account still, for the change may not have been its
    /// owner's.
    /// </summary>
    public Task<Account?> FindAsync(string typedName, CancellationToken cancellation)
    {
        var since = Now - coolingOff.Seconds;
        var accounts = database.Set<Account>().AsNoTracking();
        return SignInName.Read(typedName) switch
        {
            SignInName.OfUser(var name) => accounts.SingleOrDefaultAsync(account => account.UserName == name, cancellation),
            SignInName.OfMail(var mail) => accounts.SingleOrDefaultAsync(
                account => account.Mail == mail || (account.FormerMail == mail && account.MailChangedAt > since), cancellation),
            _ => Task.FromResult<Account?>(null),
        };
    }

    /// <summary>Whether an address is another account's, or was until lately and may have to be given back.</summary>
    public Task<bool> IsTakenAsync(string mail, Guid? except, CancellationToken cancellation)
    {
        var since = Now - coolingOff.Seconds;
        return database.Set<Account>().AnyAsync(
            account => account.Id != except
                && (account.Mail == mail || (account.FormerMail == mail && account.MailChangedAt > since)), cancellation);
    }

    /// <summary>
    /// Changes the first address, in the caller's transaction. Of several changes within the time of caution the oldest address stays
    /// the one that receives.
    /// </summary>
    /// <remarks>Of addresses whose seal is wrong nothing is kept: nobody knows whose they are.</remarks>
    public async Task ChangeAsync(Guid account, string mail, CancellationToken cancellation)
    {
        var (row, now) = (await RowAsync(account, cancellation), Now);
        var book = AddressBook.Of(row);
        await WriteAsync(
            row,
            row.HasSealedAddresses(keyedHasher)
                ? book with { Mail = mail, Former = coolingOff.Covers(book.ChangedAt, now) ? book.Former : book.Mail, ChangedAt = now }
                : AddressBook.New(mail),
            cancellation);
        await DoubtAsync(account, now, cancellation);
        await searchTerms.RenewAsync(account, cancellation);
    }

    /// <summary>The same for somebody who never enrolled: nobody relies on the old address, so nothing is left of it.</summary>
    public async Task ReplaceAsync(Guid account, string mail, CancellationToken cancellation)
    {
        var row = await RowAsync(account, cancellation);
        if (row.EnrolledAt is null)
        {
            await WriteAsync(row, AddressBook.New(mail), cancellation);
            await searchTerms.RenewAsync(account, cancellation);
        }
    }

    /// <inheritdoc cref="ChangeAsync"/>
    /// <param name="mail">Null: none any more.</param>
    /// <exception cref="InvalidOperationException">The seal is wrong: the first address would get one that is nobody's.</exception>
    public async Task ChangeSecondAsync(Guid account, string? mail, CancellationToken cancellation)
    {
        var (row, now) = (await RowAsync(account, cancellation), Now);
        if (!row.HasSealedAddresses(keyedHasher))
        {
            throw new InvalidOperationException("The addresses of this account were written by somebody else.");
        }

        var book = AddressBook.Of(row);
        await WriteAsync(
            row, book with
            {
                Second = mail,
                FormerSecond = coolingOff.Covers(book.SecondChangedAt, now)
                ? book.FormerSecond
                : book.Second,
                SecondChangedAt = now
            }, cancellation);
        await DoubtAsync(account, now, cancellation);
    }

    /// <summary>The owner says that a change was not theirs: addresses changed lately are again what they were.</summary>
    /// <returns>Which of the two were.</returns>
    public async Task<(bool First, bool Second)> PutBackAsync(Guid account, CancellationToken cancellation)
    {
        var (row, now) = (await RowAsync(account, cancellation), Now);
        var book = AddressBook.Of(row);
        if (!row.HasSealedAddresses(keyedHasher))
        {
            return (false, false);
        }

        var second = coolingOff.Covers(book.SecondChangedAt, now);
        if (second)
        {
            book = book with { Second = book.FormerSecond, FormerSecond = null, SecondChangedAt = null };
        }

        var first = coolingOff.Covers(book.ChangedAt, now) && book.Former is { } former
            && !await database.Set<Account>().AnyAsync(other => other.Id != account && other.Mail == former, cancellation);
        if (first)
        {
            book = book with { Mail = book.Former!, Former = null, ChangedAt = null };
        }

        if (first || second)
        {
            await WriteAsync(row, book, cancellation);
            await searchTerms.RenewAsync(account, cancellation);
        }

        return (first, second);
    }

    private Task<Account> RowAsync(Guid account, CancellationToken cancellation) =>
        database.Set<Account>().AsNoTracking().SingleAsync(row => row.Id == account, cancellation);

    /// <exception cref="InvalidOperationException">The addresses are others than those that were read.</exception>
    private async Task WriteAsync(Account row, AddressBook book, CancellationToken cancellation)
    {
        var seal = book.Seal(keyedHasher, row.Id);
        if (await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE account SET mail={book.Mail}, second_mail={book.Second}, former_mail={book.Former}, mail_changed_at={book.ChangedAt},
              former_second_mail={book.FormerSecond}, second_mail_changed_at={book.SecondChangedAt}, address_seal={seal}
              WHERE id={row.Id} AND address_seal={row.AddressSeal}
             """,
            cancellation) != 1)
        {
            throw new InvalidOperationException("The addresses of an account changed while they were being changed.");
        }
    }

    /// <summary>Whoever changes an address may own no more than a mailbox.</summary>
    private Task<int> DoubtAsync(Guid account, long now, CancellationToken cancellation) =>
        database.Database.ExecuteSqlAsync($"UPDATE account SET untrusted_since={now}, reverified_at=NULL WHERE id={account}", cancellation);
}
