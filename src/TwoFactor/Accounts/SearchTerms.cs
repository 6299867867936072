namespace TwoFactor.Accounts;

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using TwoFactor.Characters;
using TwoFactor.Storage;

/// <summary>A word of an account. A search finds the account by the beginning of the word.</summary>
public sealed class AccountSearchTerm
{
    public required string Word { get; init; }

    public required Guid AccountId { get; init; }
}

internal sealed class AccountSearchTermMapping : IEntityTypeConfiguration<AccountSearchTerm>
{
    public void Configure(EntityTypeBuilder<AccountSearchTerm> builder)
    {
        builder.HasKey(word => new { word.Word, word.AccountId });
        builder.Property(word => word.Word).HasMaxLength(MailAddress.Longest);
        builder.HasIndex(word => word.AccountId);
        builder.HasOne<Account>().WithMany().HasForeignKey(word => word.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>
/// The words that people are found by: those of name, user name and mail address. A search compares the beginning of a word.
/// </summary>
public static class SearchTerms
{
    /// <summary>The words of an account.</summary>
    public static IReadOnlySet<string> Of(string userName, string mail, string name)
    {
        var at = mail.IndexOf('@', StringComparison.Ordinal);
        var wholes = new[] { userName, mail, mail[..Math.Max(at, 0)], mail[(at + 1)..] }.Concat(
            name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return wholes.Select(Fold).SelectMany(whole => Parts(whole).Append(whole)).Where(word => word.Length > 0)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Splits what somebody typed into beginnings of words. Each must match a word of the account.</summary>
    public static IReadOnlyList<string> Read(string? typed) =>
        [.. TypedText.Clean(typed).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => Fold(word.Trim('@', ',', ';', '"', '<', '>')))
            .Where(word => word.Length > 0)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Adds the words of a new account.</summary>
    public static void Add(Work work, Account account)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(account);
        foreach (var word in Of(account.UserName, account.Mail, account.Name))
        {
            work.Add(new AccountSearchTerm { Word = word, AccountId = account.Id });
        }
    }

    /// <summary>Updates the words of an account after a name or address changed.</summary>
    public static async Task RenewAsync(Work work, Guid account)
    {
        ArgumentNullException.ThrowIfNull(work);
        var row = await work.Rows.Set<Account>()
            .AsNoTracking()
            .Where(found => found.Id == account)
            .Select(found => new { found.UserName, found.Mail, found.Name })
            .SingleAsync(CancellationToken.None);
        var before = await work.Rows.Set<AccountSearchTerm>()
            .AsNoTracking()
            .Where(word => word.AccountId == account)
            .Select(word => word.Word)
            .ToListAsync(CancellationToken.None);
        var now = Of(row.UserName, row.Mail, row.Name);
        foreach (var word in before.Where(word => !now.Contains(word)))
        {
            await work.ExecuteAsync($"DELETE FROM account_search_term WHERE word={word} AND account_id={account}");
        }

        foreach (var word in now.Except(before, StringComparer.Ordinal))
        {
            await work.ExecuteAsync(
                $"INSERT INTO account_search_term (word, account_id) VALUES ({word}, {account}) ON CONFLICT (word, account_id) DO NOTHING");
        }
    }

    private static IEnumerable<string> Parts(string whole)
    {
        var from = 0;
        for (var place = 0; place <= whole.Length; place++)
        {
            if (place < whole.Length && BelongsToWord(whole[place]))
            {
                continue;
            }

            if (place > from)
            {
                yield return whole[from..place];
            }

            from = place + 1;
        }
    }

    /// <remarks>Marks too: many scripts write vowels with them.</remarks>
    private static bool BelongsToWord(char letter) => char.IsLetterOrDigit(letter) || char.IsSurrogate(letter)
        || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string Fold(string word) => UnicodeText.Truncate(FoldedText.Of(word), MailAddress.Longest);
}
