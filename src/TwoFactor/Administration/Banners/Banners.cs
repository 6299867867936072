namespace TwoFactor.Administration.Banners;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Seals;
using TwoFactor.Keys;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>Finds the notices of the admin pages. Each page needs one statement, over indexes only.</summary>
public sealed class Banners(
    TwoFactorDb database,
    MailRoute route,
    SecretsRing ring,
    UnknownProxies proxies,
    ChainWatch chain,
    AlteredAccounts altered,
    BannerLimits limits,
    TimeProvider time)
{
    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The notices for a role, the gravest first.</summary>
    public async Task<IReadOnlyList<Banner>> ForAsync(Role role, CancellationToken cancellation)
    {
        var facts = (await FactsAsync(cancellation)).Single();
        Banner?[] all = [BrokenChain(), Altered(), Clock(facts), Certificate(), OneAdmin(facts), UnknownProxy(), NoMail()];
        return [.. all.OfType<Banner>().Where(banner => role is Role.Admin || !banner.IsForAdmins)];
    }

    /// <remarks>Two usable admins are as good as many, so the count stops there.</remarks>
    private Task<List<Facts>> FactsAsync(CancellationToken cancellation)
    {
        var now = time.Now();
        return database.Database.SqlQueryRaw<Facts>(
            """
            SELECT CASE WHEN i.clock_alarm_until > {0} THEN i.clock_alarm ELSE 0 END AS "Clock",
             (SELECT COUNT(*) FROM (SELECT 1 FROM account LIMIT 2)) AS "Accounts", COUNT(u.name) AS "Admins", MIN(u.name) AS "Admin"
            FROM instance i LEFT JOIN (SELECT o.name FROM account o WHERE
            """ + " " + UsableAdmin.IsOne + " LIMIT 2) u WHERE i.id = 1",
            now).ToListAsync(cancellation);
    }

    private Banner.BrokenChain? BrokenChain() =>
        chain.Current.Verdict is AuditVerdict.Broken broken ? new Banner.BrokenChain(broken.Number) : null;

    private Banner.AlteredAccounts? Altered() => altered.Known.Count is > 0 and var count ? new Banner.AlteredAccounts(count) : null;

    private Banner.Clock? Clock(Facts facts) =>
        facts.Clock == 0 ? null : new Banner.Clock(Math.Abs(facts.Clock), facts.Clock < 0, Now);

    /// <summary>
    /// With a single account nobody depends on the admin yet, and nobody could become the second one: the notice would be noise.
    /// </summary>
    private static Banner.OneAdmin? OneAdmin(Facts facts) =>
        facts is { Admins: 1, Accounts: > 1 } ? new Banner.OneAdmin(facts.Admin!) : null;

    private Banner.CertificateEnds? Certificate() =>
        ring.CertificateEndsAt is { } end && end <= Now.AddDays(limits.CertificateDays)
            ? new Banner.CertificateEnds(end, end <= Now)
            : null;

    private Banner.UnknownProxy? UnknownProxy() =>
        proxies.Last is { } last && last.At > Now.AddHours(-limits.UnknownProxyHours) ? new Banner.UnknownProxy($"{last.Address}") : null;

    private Banner.NoMail? NoMail() => route.IsSetUp ? null : new Banner.NoMail();

    private sealed record Facts(int Clock, int Accounts, int Admins, string? Admin);
}
