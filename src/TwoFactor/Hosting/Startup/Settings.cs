namespace TwoFactor.Hosting.Startup;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Hosting.Pipeline;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Sending;
using TwoFactor.Storage;

/// <summary>All settings, read once and validated before anything else happens.</summary>
public sealed record Settings
{
    private const string DefaultUrl = "http://localhost:5080";

    public required string Urls { get; init; }

    public required PublicUrl PublicUrl { get; init; }

    public required Brand Brand { get; init; }

    public required DataDirectory Data { get; init; }

    public required string ConnectionString { get; init; }

    /// <summary>The folder of the database file; two data directories may share one.</summary>
    public DataDirectory DatabaseFolder =>
        new(Path.GetDirectoryName(Path.GetFullPath(new SqliteConnectionStringBuilder(ConnectionString).DataSource))!);

    public required KeyRingOptions KeyRing { get; init; }

    /// <summary>The operator's own file of common passwords; null when there is none.</summary>
    public required string? PasswordList { get; init; }

    public required MailRoute Route { get; init; }

    public required KnownProxies Proxies { get; init; }

    /// <summary>The configuration that the settings were read from; the options classes below <c>Limits</c> are bound to it.</summary>
    public required IConfiguration Configuration { get; init; }

    /// <summary>Reads and validates all settings, so that an operator sees every mistake at once.</summary>
    public static SettingsParseResult Read(IConfiguration configuration)
    {
        var refusals = new List<InvalidSetting>();
        var urls = configuration["Urls"] is { Length: > 0 } given ? given : DefaultUrl;
        CheckUrls(urls, refusals);
        var publicUrl = ReadPublicUrl(configuration["TwoFactor:PublicUrl"], urls, refusals);
        CheckPlainUrls(urls, publicUrl, refusals);
        var data = new DataDirectory(Path.GetFullPath(Text(configuration, "TwoFactor:DataDirectory", "data")));
        var settings = new Settings
        {
            Urls = urls,
            PublicUrl = publicUrl,
            Brand = ReadBrand(configuration, refusals),
            Data = data,
            ConnectionString = configuration.GetConnectionString("TwoFactor") is { Length: > 0 } connection
                ? connection
                : $"Data Source={data.File("twofactor.db")}",
            KeyRing = ReadKeyRing(configuration, data, refusals),
            PasswordList = ReadPasswordList(configuration, refusals),
            Route = MailSettings.Read(configuration, publicUrl, refusals),
            Proxies = ProxySettings.Read(configuration, refusals),
            Configuration = configuration,
        };
        refusals.AddRange(TextSettings.Refusals(configuration));
        refusals.AddRange(Limits.Refusals(configuration));
        if (configuration["Database:Provider"] is { Length: > 0 } provider and not "Sqlite")
        {
            refusals.Add(new InvalidSetting("Database:Provider", provider, "Sqlite", "Sqlite"));
        }

        return refusals.Count == 0 ? new SettingsParseResult.Valid(settings) : new SettingsParseResult.Invalid(refusals);
    }

    /// <summary>A secret as it was meant: tools that write it to a file or a variable leave the end of a line behind it.</summary>
    internal static string? WithoutLineEnd(string? secret) => secret?.TrimEnd('\r', '\n');

    private static string Text(IConfiguration configuration, string name, string otherwise) =>
        configuration[name] is { Length: > 0 } value ? value : otherwise;

    /// <remarks>Kestrel ignores a malformed port and binds another one, so it is refused here.</remarks>
    private static void CheckUrls(string urls, List<InvalidSetting> refusals)
    {
        const string mustBe = "an address such as http://localhost:5080, several divided by ;";
        var all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0)
        {
            refusals.Add(new InvalidSetting("Urls", urls, mustBe, DefaultUrl));
        }

        foreach (var url in all)
        {
            var plain = url.Replace("://*", "://wildcard", StringComparison.Ordinal)
                .Replace("://+", "://wildcard", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")
                || uri.PathAndQuery is not "/")
            {
                refusals.Add(new InvalidSetting("Urls", url, mustBe, DefaultUrl));
            }
        }
    }

    private static PublicUrl ReadPublicUrl(string? given, string urls, List<InvalidSetting> refusals)
    {
        const string name = "TwoFactor:PublicUrl";
        const string otherwise = "the first of Urls";
        var first = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? DefaultUrl;
        var value = given is { Length: > 0 } ? given : first;
        if (given is not { Length: > 0 } && !IsLoopbackWithPort(first))
        {
            refusals.Add(new InvalidSetting(name, given, $"given, since {first} is no loopback name with a port", otherwise));
        }
        else if (PublicUrl.Parse(value) is PublicUrlParseResult.Invalid(var mustBe))
        {
            refusals.Add(new InvalidSetting(name, value, mustBe, otherwise));
        }

        return PublicUrl.Parse(value) is PublicUrlParseResult.Valid(var url) ? url : new PublicUrl(new Uri(DefaultUrl));
    }

    /// <summary>Where people come over plain http, nobody on the network may hear a password: it stays on this machine.</summary>
    private static void CheckPlainUrls(string urls, PublicUrl publicUrl, List<InvalidSetting> refusals)
    {
        if (publicUrl.IsHttps || refusals.Count > 0)
        {
            return;
        }

        refusals.AddRange(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(url => !IsLoopback(url))
            .Select(url => new InvalidSetting(
                "Urls", url, $"a loopback address, such as {DefaultUrl}, while TwoFactor:PublicUrl is plain http", DefaultUrl)));
    }

    private static bool IsLoopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.IsLoopback || (IPAddress.TryParse(uri.Host, out var address) && IPAddress.IsLoopback(address)));

    private static bool IsLoopbackWithPort(string url) =>
        IsLoopback(url) && new Uri(url).Port != 0;

    private static Brand ReadBrand(IConfiguration configuration, List<InvalidSetting> refusals)
    {
        const int longest = 64;
        var issuer = Text(configuration, "TwoFactor:Issuer", "TwoFactor");
        if (issuer.Length > longest || issuer.Contains(':', StringComparison.Ordinal) || issuer.Any(char.IsControl))
        {
            refusals.Add(new InvalidSetting("TwoFactor:Issuer", issuer, $"1 to {longest} characters without a colon", "TwoFactor"));
        }

        var supportUrl = configuration["Support:Url"] is { Length: > 0 } given ? given : null;
        if (supportUrl is not null
            && !(Uri.TryCreate(supportUrl, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "mailto"))
        {
            refusals.Add(new InvalidSetting("Support:Url", supportUrl, "an http, https or mailto address", "none"));
        }

        return new Brand(
            Text(configuration, "Brand:Name", issuer), issuer, Text(configuration, "Support:Text", "your help desk"), supportUrl);
    }

    private static KeyRingOptions ReadKeyRing(IConfiguration configuration, DataDirectory data, List<InvalidSetting> refusals)
    {
        var certificate = configuration["KeyRing:CertificatePath"] is { Length: > 0 } path ? Path.GetFullPath(path) : null;
        var options = new KeyRingOptions(
            Path.GetFullPath(
                Text(configuration, "KeyRing:Directory", data.File("keys"))), certificate,
            WithoutLineEnd(configuration["KeyRing:CertificatePassword"]));
        if (!Opens(options))
        {
            refusals.Add(new InvalidSetting(
                "KeyRing:CertificatePath", certificate, "a PKCS #12 file with an RSA key, which KeyRing:CertificatePassword "
                    + "opens", "none"));
        }

        return options;
    }

    private static string? ReadPasswordList(IConfiguration configuration, List<InvalidSetting> refusals)
    {
        var path = configuration["Passwords:ListPath"] is { Length: > 0 } given ? Path.GetFullPath(given) : null;
        if (path is not null && !CommonPasswords.CanRead(path))
        {
            refusals.Add(new InvalidSetting(
                "Passwords:ListPath", path, "a text file of at most 16 MiB, with one password in each line", "none"));
        }

        return path;
    }

    private static bool Opens(KeyRingOptions options)
    {
        try
        {
            using var certificate = SecretsRing.Certificate(options);
            using var key = certificate?.GetRSAPrivateKey();
            return certificate is null || key is not null;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
