namespace TwoFactor.Mail.Sending;

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>Checks the certificate of a mail server: its name, its dates, and whether its authority is trusted.</summary>
/// <param name="authority">The only authorities that are trusted; null for those that the machine trusts.</param>
/// <remarks>
/// Revocation is not checked. A server in a closed network could not reach the lists, and would wait for them each time; and an attacker
/// who can stand between us and the mail server can also block the lists.
/// </remarks>
internal sealed class CertificateCheck(X509Certificate2Collection? authority)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>What was wrong with the last certificate; null when nothing was.</summary>
    public DeliveryKind? Fault { get; private set; }

    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = Judge(certificate, chain, errors);
        return Fault is null;
    }

    private DeliveryKind? Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return DeliveryKind.NoTls;
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return DeliveryKind.CertificateOfAnotherName;
        }

        if (authority is null)
        {
            return errors is SslPolicyErrors.None ? null : Why(chain);
        }

        using var ours = new X509Chain();
        ours.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        ours.ChainPolicy.CustomTrustStore.AddRange(authority);
        ours.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        ours.ChainPolicy.DisableCertificateDownloads = true;
        ours.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        ours.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return ours.Build(server) ? null : Why(ours);
    }

    private static DeliveryKind Why(X509Chain chain) =>
        Array.TrueForAll(chain.ChainStatus, status => status.Status is X509ChainStatusFlags.NotTimeValid)
            ? DeliveryKind.CertificateOutOfDate
            : DeliveryKind.CertificateNotTrusted;
}
