namespace TwoFactor.Accounts;

using TwoFactor.Keys;
using TwoFactor.Storage;

/// <summary>
/// The addresses of an account, and those that it had until recently. The seal binds them to the account, so that no link goes to an
/// address that somebody else wrote into the database.
/// </summary>
internal sealed record AddressBook(
    string Mail, string? Second, string? Former, UnixTime? ChangedAt, string? FormerSecond, UnixTime? SecondChangedAt)
{
    public static AddressBook New(string mail) => new(mail, null, null, null, null, null);

    public static AddressBook Of(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new(
            account.Mail,
            account.SecondMail,
            account.FormerMail,
            account.MailChangedAt,
            account.FormerSecondMail,
            account.SecondMailChangedAt);
    }

    public byte[] Seal(KeyedHasher keyedHasher, Guid account)
    {
        ArgumentNullException.ThrowIfNull(keyedHasher);
        var content = new CanonicalEncoding().Id(account).Text(Mail).Text(Second).Text(Former)
            .Number(ChangedAt?.Seconds).Text(FormerSecond).Number(SecondChangedAt?.Seconds);
        return keyedHasher.Hash("addresses.seal", content.ToArray());
    }
}

public static class AddressSeals
{
    public static bool HasSealedAddresses(this Account account, KeyedHasher keyedHasher)
    {
        ArgumentNullException.ThrowIfNull(account);
        return KeyedHasher.FixedTimeEquals(account.AddressSeal, AddressBook.Of(account).Seal(keyedHasher, account.Id));
    }

    /// <summary>Whether role and addresses are those that this program wrote.</summary>
    public static bool IsSealed(this Account account, KeyedHasher keyedHasher) =>
        account.HasSealedRole(keyedHasher) && account.HasSealedAddresses(keyedHasher);
}
