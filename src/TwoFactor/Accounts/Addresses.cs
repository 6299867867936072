namespace TwoFactor.Accounts;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Storage;

/// <summary>Mail addresses of accounts: who is found by one, whose it is, and what a change leaves behind.</summary>
public sealed class Addresses(TwoFactorDb database, SearchWords words, CautionLimits caution, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Whom a typed name is of. An address that was changed lately finds its account still, for the change may not have been its owner's.</summary>
    public Task<Account?> FindAsync(string typedName, CancellationToken cancellation)
    {
        var since = Now - caution.Seconds;
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
        var since = Now - caution.Seconds;
        return database.Set<Account>().AnyAsync(
            account => account.Id != except && (account.Mail == mail || (account.FormerMail == mail && account.MailChangedAt > since)), cancellation);
    }

    /// <summary>Changes the first address, in the caller's transaction. Of several changes within the time of caution the oldest address stays the one that receives.</summary>
    public async Task ChangeAsync(Guid account, string mail, CancellationToken cancellation)
    {
        var (now, since) = (Now, Now - caution.Seconds);
        await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE account SET former_mail=CASE WHEN mail_changed_at>{since} THEN former_mail ELSE mail END, mail={mail},
              mail_changed_at={now}, doubted_at={now}, trusted_at=NULL
              WHERE id={account}
             """,
            cancellation);
        await words.RenewAsync(account, cancellation);
    }

    /// <summary>The same for somebody who never enrolled: nobody relies on the old address, so nothing is left of it.</summary>
    public async Task ReplaceAsync(Guid account, string mail, CancellationToken cancellation)
    {
        await database.Database.ExecuteSqlAsync($"UPDATE account SET mail={mail} WHERE id={account} AND enrolled_at IS NULL", cancellation);
        await words.RenewAsync(account, cancellation);
    }

    /// <inheritdoc cref="ChangeAsync"/>
    /// <param name="mail">Null: none any more.</param>
    public Task ChangeSecondAsync(Guid account, string? mail, CancellationToken cancellation)
    {
        var (now, since) = (Now, Now - caution.Seconds);
        return database.Database.ExecuteSqlAsync(
            $"""
             UPDATE account SET former_second_mail=CASE WHEN second_mail_changed_at>{since} THEN former_second_mail ELSE second_mail END, second_mail={mail},
              second_mail_changed_at={now}, doubted_at={now}, trusted_at=NULL
              WHERE id={account}
             """,
            cancellation);
    }

    /// <summary>The owner says that a change was not theirs: addresses changed lately are again what they were.</summary>
    /// <returns>Which of the two were.</returns>
    public async Task<(bool First, bool Second)> PutBackAsync(Guid account, CancellationToken cancellation)
    {
        var since = Now - caution.Seconds;
        var first = await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE account SET mail=former_mail, former_mail=NULL, mail_changed_at=NULL
              WHERE id={account} AND mail_changed_at>{since} AND former_mail IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM account o WHERE o.id<>{account} AND o.mail=account.former_mail)
             """,
            cancellation);
        var second = await database.Database.ExecuteSqlAsync(
            $"""
             UPDATE account SET second_mail=former_second_mail, former_second_mail=NULL, second_mail_changed_at=NULL
              WHERE id={account} AND second_mail_changed_at>{since}
             """,
            cancellation);
        if (first == 1)
        {
            await words.RenewAsync(account, cancellation);
        }

        return (first == 1, second == 1);
    }
}
