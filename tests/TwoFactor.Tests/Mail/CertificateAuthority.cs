namespace TwoFactor.Tests.Mail;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>A private certificate authority, as a firm has one, and the certificate that it gave to a mail server.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("twofactor-ca-");
    private readonly X509Certificate2 root;

    /// <param name="address">For which the server's certificate is.</param>
    /// <param name="days">From the day it begins to the day it ends, as seen from now.</param>
    /// <param name="isForServers">What else could it be for: clients.</param>
    public CertificateAuthority(string address = "127.0.0.1", (int From, int To)? days = null, bool isForServers = true)
    {
        using var rootKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=A test's authority", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        root = request.CreateSelfSigned(Now.AddDays(-400), Now.AddDays(400));
        Trusted = [root];
        RootFile = Path.Combine(folder.FullName, "root.pem");
        File.WriteAllText(RootFile, root.ExportCertificatePem());

        using var key = RSA.Create(2048);
        var server = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(address, out var number))
        {
            names.AddIpAddress(number);
        }
        else
        {
            names.AddDnsName(address);
        }

        server.CertificateExtensions.Add(names.Build());
        server.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([isForServers ? ServerAuthentication : ClientAuthentication], false));
        var (from, to) = days ?? (-1, 90);
        using var signed = server.Create(root, Now.AddDays(from), Now.AddDays(to), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Certificate, signed.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2Collection Trusted { get; }

    public string RootFile { get; }

    public string Certificate => Path.Combine(folder.FullName, "server.pem");

    public string Key => Path.Combine(folder.FullName, "server.key");

    /// <summary>A certificate's dates are compared with the machine's clock, which no test moves.</summary>
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose()
    {
        root.Dispose();
        folder.Delete(recursive: true);
    }
}
