namespace TwoFactor.Accounts;

using TwoFactor.Storage;

/// <summary>The addresses of an account, and those that it had until recently.</summary>
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
}
