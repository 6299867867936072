namespace TwoFactor.Accounts.Statements;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Characters;
using TwoFactor.Storage;

/// <summary>
/// Who has a user name or a mail address. One key holds both, and the addresses that may have to be given back: no index of accounts
/// could, so this table decides between two who want the same at the same moment.
/// </summary>
public sealed class ClaimedName
{
    /// <summary>The key of every spelling that people take for the same name. Only addresses contain an @.</summary>
    public required string Folded { get; init; }

    /// <summary>Whose it is. It is claimed before the account's row is written.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>One of <see cref="ClaimKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>From then on it is free; null: as long as the account has it.</summary>
    public UnixTime? Until { get; init; }
}

public static class ClaimKinds
{
    public const string UserName = "user-name";
    public const string Mail = "mail";

    /// <summary>The address of before, as long as it may be put back.</summary>
    public const string FormerMail = "former-mail";
}

internal sealed class ClaimedNameMapping : IEntityTypeConfiguration<ClaimedName>
{
    public void Configure(EntityTypeBuilder<ClaimedName> builder)
    {
        builder.HasKey(claim => claim.Folded);
        builder.Property(claim => claim.Folded).HasMaxLength(MailAddress.Longest);
        builder.Property(claim => claim.Kind).HasMaxLength(16);
        builder.HasIndex(claim => claim.AccountId);
    }
}

/// <summary>
/// Claims on names, inside of a story: the row count decides, whatever was seen before. They are also the index by which an account is
/// found, and no more than that: the account itself must say that it has the name.
/// </summary>
internal static class NameClaims
{
    /// <summary>The account that has this user name or address, however it is spelled.</summary>
    /// <param name="hasFormer">Whether the address of before still finds an account.</param>
    public static async Task<Account?> FindAsync(
        TwoFactorDb rows, SignInName typed, CancellationToken cancellation, Func<Account, bool>? hasFormer = null)
    {
        if (typed.Folded is not { } folded)
        {
            return null;
        }

        var account = await rows.Set<ClaimedName>().Where(claim => claim.Folded == folded)
            .Join(rows.Set<Account>(), claim => claim.AccountId, account => account.Id, (_, account) => account)
            .AsNoTracking().SingleOrDefaultAsync(cancellation);
        return account is not null
            && (Is(account.UserName) || Is(account.Mail) || (hasFormer?.Invoke(account) is true && Is(account.FormerMail)))
            ? account
            : null;

        bool Is(string? its) => its is not null && string.Equals(FoldedText.Of(its), folded, StringComparison.Ordinal);
    }

    /// <summary>The claims that count, of as many names as are asked for at once.</summary>
    public static async Task<IReadOnlyList<ClaimedName>> ReadAsync(
        TwoFactorDb rows, IEnumerable<string> names, UnixTime now, CancellationToken cancellation)
    {
        var folded = names.Select(FoldedText.Of).Distinct(StringComparer.Ordinal).ToList();
        return await rows.Set<ClaimedName>().AsNoTracking()
            .Where(claim => folded.Contains(claim.Folded) && (claim.Until == null || claim.Until > now)).ToListAsync(cancellation);
    }

    /// <summary>Claims a user name, beside the one that the account has.</summary>
    /// <returns>False: another account has it.</returns>
    public static Task<bool> ClaimUserNameAsync(Work work, Guid account, string userName) =>
        ClaimAsync(work, account, userName, ClaimKinds.UserName, until: null);

    /// <summary>The account has this user name, which it claimed, and any other is free again.</summary>
    public static Task SetUserNameAsync(Work work, Guid account, string userName) => work.ExecuteAsync(
        $"DELETE FROM claimed_name WHERE account_id={account} AND kind={ClaimKinds.UserName} AND folded<>{FoldedText.Of(userName)}");

    /// <summary>Claims a first address, beside those that the account has.</summary>
    /// <returns>False: another account has it, or did until lately.</returns>
    public static Task<bool> ClaimMailAsync(Work work, Guid account, string mail) =>
        ClaimAsync(work, account, mail, ClaimKinds.Mail, until: null);

    /// <summary>The account has these addresses, and any other is free again.</summary>
    /// <param name="former">Null: none may have to be given back.</param>
    /// <param name="until">When that is over.</param>
    /// <exception cref="InvalidOperationException">The first is another account's: nobody claimed it before.</exception>
    public static async Task SetMailsAsync(Work work, Guid account, string mail, string? former, UnixTime? until)
    {
        if (!await ClaimMailAsync(work, account, mail))
        {
            throw new InvalidOperationException("A mail address of another account would be this account's too.");
        }

        if (former is not null && !FoldedText.Comparer.Equals(former, mail))
        {
            // Once its time is over it may be another account's, and is not given back any more.
            await ClaimAsync(work, account, former, ClaimKinds.FormerMail, until);
        }

        await work.ExecuteAsync(
            $"""
             DELETE FROM claimed_name
              WHERE account_id={account} AND kind<>{ClaimKinds.UserName}
               AND folded NOT IN ({FoldedText.Of(mail)}, {FoldedText.Of(former ?? mail)})
             """);
    }

    /// <summary>The account is deleted: its names are free.</summary>
    public static Task ReleaseAllAsync(Work work, Guid account) =>
        work.ExecuteAsync($"DELETE FROM claimed_name WHERE account_id={account}");

    private static async Task<bool> ClaimAsync(Work work, Guid account, string name, string kind, UnixTime? until) =>
        await work.ExecuteAsync(
            $"""
             INSERT INTO claimed_name (folded, account_id, kind, until) VALUES ({FoldedText.Of(name)}, {account}, {kind}, {until})
             ON CONFLICT (folded) DO UPDATE SET account_id=excluded.account_id, kind=excluded.kind, until=excluded.until
              WHERE claimed_name.account_id=excluded.account_id OR claimed_name.until<={work.Now}
             """) == 1;
}
