namespace TwoFactor.Mail;

using System.Net;
using System.Net.Sockets;

/// <summary>The result of reading a setting that should be a <see cref="PublicUrl"/>.</summary>
public abstract record PublicUrlParseResult
{
    private PublicUrlParseResult()
    {
    }

    public sealed record Valid(PublicUrl Url) : PublicUrlParseResult;

    /// <param name="MustBe">What would be right, as the end of "It must be …".</param>
    public sealed record Invalid(string MustBe) : PublicUrlParseResult;
}

/// <summary>The address under which people reach this program. Every link is built from it, never from a request.</summary>
/// <param name="Value">As <see cref="Parse"/> accepts it.</param>
public sealed record PublicUrl(Uri Value)
{
    private const string Rule = "an https address, or a loopback name";

    public bool IsHttps => string.Equals(Value.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);

    /// <summary>The host as a person reads it, without the port.</summary>
    public string Host => Value.Host;

    /// <summary>
    /// Scheme, host and port as a browser writes them in its Origin header: international names in ASCII, no default port.
    /// </summary>
    public string Origin
    {
        get
        {
            var host = Value.HostNameType is UriHostNameType.IPv6 ? Value.Host : Value.IdnHost;
            return Value.IsDefaultPort
                ? $"{Value.Scheme}://{host}"
                : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Value.Scheme}://{host}:{Value.Port}");
        }
    }

    /// <summary>The host as it stands after the @ of a mail address (RFC 5321 §4.1.3 for numbers).</summary>
    public string MailDomain => Value.HostNameType switch
    {
        UriHostNameType.IPv6 => $"[IPv6:{Value.IdnHost}]",
        UriHostNameType.IPv4 => $"[{Value.IdnHost}]",
        _ => Value.IdnHost,
    };

    /// <summary>An absolute address on this host.</summary>
    /// <param name="path">Starts with one slash.</param>
    public string Link(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal))
        {
            throw new ArgumentException("A path starts with one slash.", nameof(path));
        }

        return Origin + path;
    }

    public static PublicUrlParseResult Parse(string? value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || address.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            return new PublicUrlParseResult.Invalid(Rule);
        }

        // The text is checked too: a bare '?' or '#' leaves no trace in the parsed address.
        if (value.AsSpan().ContainsAny("?#@\\") || !string.Equals(address.PathAndQuery, "/", StringComparison.Ordinal))
        {
            return new PublicUrlParseResult.Invalid("an address without user, path, query and fragment");
        }

        return address.Scheme is "https" || IsLoopbackName(address)
            ? new PublicUrlParseResult.Valid(new PublicUrl(address))
            : new PublicUrlParseResult.Invalid(Rule);
    }

    /// <summary>Names that never leave the machine: RFC 6761 §6.3 and the loopback addresses.</summary>
    private static bool IsLoopbackName(Uri address)
    {
        if (address.HostNameType is UriHostNameType.Dns)
        {
            return address.IdnHost is "localhost" || address.IdnHost.EndsWith(".localhost", StringComparison.Ordinal);
        }

        var number = IPAddress.Parse(address.IdnHost);
        return number.AddressFamily is AddressFamily.InterNetwork
            ? number.GetAddressBytes()[0] == 127
            : number.Equals(IPAddress.IPv6Loopback);
    }
}
