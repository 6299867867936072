namespace TwoFactor.Keys;

using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using TwoFactor.Storage;

/// <summary>A ciphertext, and the id of the key that decrypts it.</summary>
public readonly record struct ProtectedPayload(byte[] Ciphertext, Guid KeyId);

/// <summary>The result of decrypting a ciphertext.</summary>
public abstract record Unprotected
{
    private Unprotected()
    {
    }

    public sealed record Plain(byte[] Bytes) : Unprotected
    {
        public override string ToString() => "(hidden)";
    }

    /// <summary>The ciphertext was made for another row, or was altered.</summary>
    public sealed record Tampered : Unprotected;

    /// <summary>The ring lacks the key. This is a fault of the server, so the person who asked must not be charged.</summary>
    public sealed record KeyMissing : Unprotected;
}

/// <summary>
/// The key ring that protects secrets: AES-256-GCM by Data Protection. Its keys are files that never expire and are never created
/// automatically.
/// </summary>
/// <remarks>Separate from the host's own Data Protection, whose ring serves antiforgery cookies and may be lost.</remarks>
public sealed class SecretsRing : IDisposable
{
    private const string CanaryText = "TwoFactor canary v1";

    /// <summary>A payload of Data Protection starts with four bytes of magic, then the key's id.</summary>
    private const int KeyIdAt = 4;

    /// <summary>The size of an encrypted empty text: magic, key id, key modifier, nonce and tag.</summary>
    private const int ShortestPayload = KeyIdAt + 16 + 16 + 12 + 16;

    private readonly KeyRingOptions options;
    private readonly X509Certificate2? certificate;
    private readonly Lock gate = new();
    private readonly List<ServiceProvider> services = [];
    private readonly IKeyManager manager;

    /// <summary>Data Protection reads its ring once, for hours. So it is made anew when a key came, and is asked for no other.</summary>
    private volatile Snapshot opening;

    /// <summary>The one with the keys that the database knows, because nothing else can be stored.</summary>
    private volatile Snapshot protecting;

    /// <exception cref="CryptographicException">The certificate file cannot be opened.</exception>
    public SecretsRing(KeyRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        certificate = Certificate(options);
        CertificateEndsAt = certificate is null ? null : new DateTimeOffset(certificate.NotAfter);
        var first = Build();
        manager = first.GetRequiredService<IKeyManager>();
        opening = protecting = new Snapshot(first.GetRequiredService<IDataProtectionProvider>(), FrozenSet<Guid>.Empty);
    }

    public string Directory => options.Secrets;

    /// <summary>When the certificate that wraps the ring expires; null when there is none. The ring can still be read after that.</summary>
    public DateTimeOffset? CertificateEndsAt { get; }

    private static ReadOnlySpan<byte> Magic => [0x09, 0xF0, 0xC9, 0xF0];

    /// <summary>The certificate that wraps both key rings; null when none is configured.</summary>
    public static X509Certificate2? Certificate(KeyRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.CertificatePath is { } path
            ? X509CertificateLoader.LoadPkcs12FromFile(path, options.CertificatePassword)
            : null;
    }

    public ProtectedPayload Protect(byte[] plaintext, string purpose, params string[] row)
    {
        var ciphertext = protecting.Provider.CreateProtector(purpose, row).Protect(plaintext);
        return new ProtectedPayload(ciphertext, new Guid(ciphertext.AsSpan(KeyIdAt, 16)));
    }

    /// <param name="readable">The keys that the last check of the ring could use.</param>
    /// <remarks>
    /// Looks up the key before decrypting, to tell a lost key from a ciphertext that was moved to another row. A key that came since the
    /// last check is read now: another process may protect with it already. It proves itself by what it decrypts.
    /// </remarks>
    public Unprotected Unprotect(ProtectedPayload secret, IReadOnlySet<Guid> readable, string purpose, params string[] row)
    {
        ArgumentNullException.ThrowIfNull(readable);
        var isChecked = readable.Contains(secret.KeyId);
        if (!isChecked && !Read().Readable.ContainsKey(secret.KeyId))
        {
            return new Unprotected.KeyMissing();
        }

        // Data Protection reports a malformed payload like a missing key, so the format is checked here.
        if (secret.Ciphertext.Length < ShortestPayload || !secret.Ciphertext.AsSpan().StartsWith(Magic)
            || new Guid(secret.Ciphertext.AsSpan(KeyIdAt, 16)) != secret.KeyId)
        {
            return new Unprotected.Tampered();
        }

        try
        {
            return new Unprotected.Plain(opening.Provider.CreateProtector(purpose, row).Unprotect(secret.Ciphertext));
        }
        catch (AuthenticationTagMismatchException)
        {
            return isChecked ? new Unprotected.Tampered() : new Unprotected.KeyMissing();
        }
    }

    /// <summary>
    /// Creates the first key. It is valid from 1970 on, so that a process whose clock is slow accepts it too, and it never expires.
    /// </summary>
    public void CreateFirstKey()
    {
        Storage.DataDirectory.MakeFolder(options.Directory);
        Storage.DataDirectory.MakeFolder(options.Secrets);
        manager.CreateNewKey(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
    }

    /// <summary>
    /// Reads the key files again. Returns the keys that can be used, and why others cannot. Writes nothing and does not create the folder.
    /// </summary>
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

        Renew(readable);
        return (readable, trouble);
    }

    /// <summary>From now on any key of the last reading may protect: the database knows all of them.</summary>
    public void ProtectWithAll() => protecting = opening;

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

    public void Dispose()
    {
        services.ForEach(each => each.Dispose());
        certificate?.Dispose();
    }

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        var builder = collection.AddDataProtection()
            .SetApplicationName("TwoFactor")
            .AddKeyManagementOptions(keys => KeyFiles.Use(keys, options.Secrets))
            .UseCryptographicAlgorithms(new AuthenticatedEncryptorConfiguration
            {
                EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM,
                ValidationAlgorithm = ValidationAlgorithm.HMACSHA256,
            })
            .DisableAutomaticKeyGeneration();
        if (certificate is not null)
        {
            builder.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(certificate);
        }

        var built = collection.BuildServiceProvider();
        services.Add(built);
        return built;
    }

    /// <summary>Lets payloads of keys open that were not there when the ring was read last.</summary>
    private void Renew(IReadOnlyDictionary<Guid, IAuthenticatedEncryptor> readable)
    {
        lock (gate)
        {
            if (readable.Keys.All(opening.Keys.Contains))
            {
                return;
            }

            // The first one was not asked for anything yet.
            var provider = opening.Keys.Count == 0 ? opening.Provider : Build().GetRequiredService<IDataProtectionProvider>();
            opening = new Snapshot(provider, readable.Keys.ToFrozenSet());
            if (protecting.Keys.Count == 0)
            {
                protecting = opening;
            }
        }
    }

    private sealed record Snapshot(IDataProtectionProvider Provider, FrozenSet<Guid> Keys);
}
