namespace TwoFactor.Tests.Keys;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Tests.Harness;

/// <summary>What an operator, a backup or an accident does to the files of a ring.</summary>
internal static class RingFiles
{
    public static string FolderOf(ServerProcess server) => Path.Combine(server.DataDirectory, "keys", "secrets");

    public static IReadOnlyList<string> In(string folder) => [.. Directory.GetFiles(folder, "key-*.xml").Order(StringComparer.Ordinal)];

    /// <summary>Makes a key as Data Protection itself makes it, and returns its file.</summary>
    public static string Add(string folder, DateTimeOffset validFrom)
    {
        var collection = new ServiceCollection();
        collection.AddDataProtection().SetApplicationName("TwoFactor").PersistKeysToFileSystem(Directory.CreateDirectory(folder))
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM })
            .DisableAutomaticKeyGeneration();
        using var services = collection.BuildServiceProvider();
        var key = services.GetRequiredService<IKeyManager>().CreateNewKey(validFrom, DateTimeOffset.MaxValue);
        return Path.Combine(folder, $"key-{key.KeyId:D}.xml");
    }

    /// <summary>A certificate with its private key, in a PKCS #12 file.</summary>
    public static async Task<string> MakeCertificateAsync(string path, string password, CancellationToken cancellation)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddYears(1));
        await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, password), cancellation);
        return path;
    }
}
