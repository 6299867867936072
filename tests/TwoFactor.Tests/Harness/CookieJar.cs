namespace TwoFactor.Tests.Harness;

using Microsoft.Net.Http.Headers;
using Xunit;

/// <summary>
/// The cookies of one visitor. It knows no clock: a cookie goes when the server removes it, so that its end must be the server's own
/// doing.
/// </summary>
public sealed class CookieJar
{
    private readonly Dictionary<string, SetCookieHeaderValue> cookies = new(StringComparer.Ordinal);

    /// <summary>All of them, as the server set them last: value, path, life and flags.</summary>
    public IReadOnlyDictionary<string, SetCookieHeaderValue> All => cookies;

    /// <summary>Reads, replaces (whatever the value: a test may spoil it) or, with null, drops a cookie.</summary>
    public string? this[string name]
    {
        get => cookies.TryGetValue(name, out var cookie) ? cookie.Value.ToString() : null;
        set
        {
            if (value is null)
            {
                cookies.Remove(name);
            }
            else
            {
                cookies[name] = new SetCookieHeaderValue(name) { Path = "/", Value = value };
            }
        }
    }

    /// <summary>Takes over all that another visitor's browser holds: what a thief does.</summary>
    public void CopyFrom(CookieJar other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (name, cookie) in other.cookies)
        {
            cookies[name] = cookie;
        }
    }

    internal void AddTo(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        var sent = cookies.Values.Where(cookie => Covers(cookie.Path.ToString(), path)).Select(cookie => $"{cookie.Name}={cookie.Value}")
            .ToList();
        if (sent.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.Cookie, string.Join("; ", sent));
        }
    }

    internal void TakeFrom(HttpResponseMessage response)
    {
        foreach (var line in response.Headers.TryGetValues(HeaderNames.SetCookie, out var lines) ? lines : [])
        {
            Assert.True(SetCookieHeaderValue.TryParse(line, out var cookie), $"No browser reads this cookie: {line}");
            var name = cookie.Name.ToString();
            if (cookie.Expires <= DateTimeOffset.UnixEpoch || cookie.MaxAge <= TimeSpan.Zero)
            {
                cookies.Remove(name);
            }
            else
            {
                cookies[name] = cookie;
            }
        }
    }

    private static bool Covers(string cookiePath, string path) =>
        cookiePath is "" or "/" || path.Equals(cookiePath, StringComparison.Ordinal)
        || path.StartsWith(cookiePath.EndsWith('/') ? cookiePath : cookiePath + "/", StringComparison.Ordinal);
}
