namespace TwoFactor.Web.Text.Administration;

using TwoFactor.Administration.Banners;

/// <summary>The text of the notices at the top of the admin pages. Names of settings and files stand between backticks.</summary>
public static class BannerText
{
    public static Sentence For(Banner banner) => banner switch
    {
        Banner.BrokenChain(var number) => new Sentence(
            number is { } first
                ? $"The audit log was changed in the database, at event {first}."
                : "The audit log was changed in the database.",
            "Run on the server: `audit verify`. It says what is wrong; a copy of before is in the backups."),
        Banner.AlteredAccounts(var altered) => new Sentence(
            altered == 1 ? "An account was altered in the database." : $"{altered} accounts were altered in the database.",
            "Nobody can use it until that is set right. Run on the server: `audit verify`. It says which account, and what to do."),
        Banner.Clock(var accounts, var isSlow, var now) => new Sentence(
            isSlow
                ? $"The codes of {accounts} people were too old: this server's clock may be fast, or their phones' slow."
                : $"The codes of {accounts} people were too new: this server's clock may be slow, or their phones' fast.",
            $"Our time: {Times.Clock(now)}. If that is wrong, correct the server's clock; "
                + "if it is right, their phones should set date and time by themselves."),
        Banner.CertificateEnds(var at, var isOver) => new Sentence(
            $"The certificate that wraps the key ring {(isOver ? "ended" : "ends")} on {Times.Moment(at)}.",
            "The ring goes on opening with it: keep the file `KeyRing:CertificatePath`, for no other opens the keys that there are."),
        Banner.OneAdmin(var name) => new Sentence(
            $"{name} is the only admin who can sign in.",
            "Make a second one: until then, only the command line on the server helps when a phone is lost."),
        Banner.UnknownProxy(var address) => new Sentence(
            $"Requests from {address} claim to speak for others, and are not believed.",
            $"If that is your reverse proxy, add {address} to the setting `Proxies:Known`, so that the audit log shows who really asks, "
                + "and limits count each client by itself; until then all of them share one. If it is not, there is nothing to do."),
        Banner.NoMail => new Sentence("Mail is not set up: mails are written to the folder `outbox` in the data directory."),
    };
}
