namespace TwoFactor.Keys;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using TwoFactor.Storage;

/// <summary>A ciphertext and the key that it needs.</summary>
public readonly record struct ProtectedPayload(byte[] Ciphertext, Guid KeyId);

/// <summary>What became of a ciphertext that somebody asked to read.</summary>
public abstract record Unprotected
{
    private Unprotected()
    {
    }

    public sealed record Plain(byte[] Bytes) : Unprotected
    {
        public override string ToString() => "(hidden)";
    }

    /// <summary>It was made for another row, or altered.</summary>
    public sealed record Tampered : Unprotected;

    /// <summary>The ring lacks its key: nobody's fault who asked.</summary>
    public sealed record KeyMissing : Unprotected;
}

/// <summary>
/// The ring that protects secrets: AES-256-GCM by Data Protection, keys in files that never end by time and are never made on their
/// own.
/// </summary>
/// <remarks>Built apart from the host's own Data Protection, whose ring serves antiforgery cookies and may be lost.</remarks>
public sealed class SecretsRing : IDisposable
{
    private const string CanaryText = "TwoFactor canary v1";

    /// <summary>A payload of Data Protection starts with four bytes of magic, then the key's id.</summary>
    private const int KeyIdAt = 4;

    /// <summary>Magic, the key's id, the key's modifier, nonce and tag: what an empty text takes.</summary>
    private const int ShortestPayload = KeyIdAt + 16 + 16 + 12 + 16;

    private readonly KeyRingOptions options;
    private readonly ServiceProvider services;
    private readonly IDataProtectionProvider provider;
    private readonly IKeyManager manager;

    /// <exception cref="CryptographicException">The certificate file does not open.</exception>
    public SecretsRing(KeyRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        var collection = new ServiceCollection();
        var builder = collection.AddDataProtection()
            .SetApplicationName("TwoFactor")
            .PersistKeysToFileSystem(new DirectoryInfo(options.Secrets))
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration
            {
                EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM,
                ValidationAlgorithm = ValidationAlgorithm.HMACSHA256,
            })
            .DisableAutomaticKeyGeneration();
        if (Certificate(options) is { } certificate)
        {
            CertificateEndsAt = new DateTimeOffset(certificate.NotAfter);
            builder.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }

        services = collection.BuildServiceProvider();
        provider = services.GetRequiredService<IDataProtectionProvider>();
        manager = services.GetRequiredService<IKeyManager>();
    }

    public string Directory => options.Secrets;

    /// <summary>When the certificate that wraps the ring ends; null: there is none. The ring goes on opening with it.</summary>
    public DateTimeOffset? CertificateEndsAt { get; }

    private static ReadOnlySpan<byte> Magic => [0x09, 0xF0, 0xC9, 0xF0];

    /// <summary>The certificate that wraps both rings; null where none is set.</summary>
    public static X509Certificate2? Certificate(KeyRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.CertificatePath is { } path
            ? X509CertificateLoader.LoadPkcs12FromFile(path, options.CertificatePassword)
            : null;
    }

    public ProtectedPayload Protect(byte[] plaintext, string purpose, params string[] row)
    {
        var ciphertext = provider.CreateProtector(purpose, row).Protect(plaintext);
        return new ProtectedPayload(ciphertext, new Guid(ciphertext.AsSpan(KeyIdAt, 16)));
    }

    /// <param name="readable">The keys that the last reading of the ring could use.</param>
    /// <remarks>
    /// The key is looked up before anything is opened: a ring that lost it is told apart from a ciphertext that was moved.
    /// </remarks>
    public Unprotected Unprotect(ProtectedPayload secret, IReadOnlySet<Guid> readable, string purpose, params string[] row)
    {
        ArgumentNullException.ThrowIfNull(readable);
        if (!readable.Contains(secret.KeyId))
        {
            return new Unprotected.KeyMissing();
        }

        // Data Protection answers a payload that is none like a key that it lacks: so its form is judged here.
        if (secret.Ciphertext.Length < ShortestPayload || !secret.Ciphertext.AsSpan().StartsWith(Magic)
            || new Guid(secret.Ciphertext.AsSpan(KeyIdAt, 16)) != secret.KeyId)
        {
            return new Unprotected.Tampered();
        }

        try
        {
            return new Unprotected.Plain(provider.CreateProtector(purpose, row).Unprotect(secret.Ciphertext));
        }
        catch (AuthenticationTagMismatchException)
        {
            return new Unprotected.Tampered();
        }
    }

    /// <summary>
    /// Makes the first key. It is valid from the beginning of time, so that a second process whose clock is behind reads it too, and
    /// never ends.
    /// </summary>
    public void CreateFirstKey()
    {
        Storage.DataDirectory.MakeFolder(options.Directory);
        Storage.DataDirectory.MakeFolder(options.Secrets);
        manager.CreateNewKey(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
    }

    /// <summary>The keys that open, and why others do not. Reads the files anew and writes nothing, not even the folder.</summary>
    public (IReadOnlyDictionary<Guid, IAuthenticatedEncryptor> Readable, string? Trouble) Read()
    {
        var readable = new Dictionary<Guid, IAuthenticatedEncryptor>();
        if (!System.IO.Directory.Exists(options.Secrets))
        {
            return (readable, "the folder is missing");
        }

        string? trouble = null;
        try
        {
            foreach (var key in manager.GetAllKeys().Where(key => !key.IsRevoked))
            {
                try
                {
                    readable[key.KeyId] = key.CreateEncryptor() ?? throw new CryptographicException("no encryptor");
                }
                catch (Exception exception) when (exception is CryptographicException or XmlException or InvalidOperationException
                    or FormatException)
                {
                    trouble = $"key {key.KeyId} does not open: {exception.Message}";
                }
            }
        }
        catch (Exception exception) when (exception is XmlException or CryptographicException or IOException
            or UnauthorizedAccessException or FormatException or NullReferenceException or InvalidOperationException)
        {
            readable.Clear();
            trouble = $"a key file cannot be read: {exception.Message}";
        }

        return (readable, trouble);
    }

    public static byte[] MakeCanary(Guid key, IAuthenticatedEncryptor encryptor)
    {
        ArgumentNullException.ThrowIfNull(encryptor);
        return encryptor.Encrypt(Encoding.UTF8.GetBytes(CanaryText), key.ToByteArray());
    }

    public static bool OpensCanary(KeyCanary canary, IAuthenticatedEncryptor encryptor)
    {
        ArgumentNullException.ThrowIfNull(canary);
        ArgumentNullException.ThrowIfNull(encryptor);
        try
        {
            var text = encryptor.Decrypt(canary.Canary, canary.KeyId.ToByteArray());
            return string.Equals(Encoding.UTF8.GetString(text), CanaryText, StringComparison.Ordinal);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose() => services.Dispose();
}
