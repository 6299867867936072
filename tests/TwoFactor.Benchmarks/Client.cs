namespace TwoFactor.Benchmarks;

using System.Net;
using System.Text.RegularExpressions;

/// <summary>One browser: cookies, forms, no redirects followed.</summary>
internal sealed partial class Client : IDisposable
{
    private readonly HttpClient http;

    public Client(Uri address)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        http = new HttpClient(handler) { BaseAddress = address };
    }

    /// <summary>Opens a page and returns its form token.</summary>
    public async Task<string> GetFormAsync(string path)
    {
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        return FormToken().Match(page).Groups["token"].Value;
    }

    /// <summary>Asks for a page and throws it away.</summary>
    public async Task GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{path} answered {answer.StatusCode} {answer.Headers.Location}");
        }

        await answer.Content.ReadAsByteArrayAsync();
    }

    /// <param name="then">Where a success leads; null: no redirect is expected.</param>
    public async Task<string> PostAsync(string path, string token, string? then, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("form-token", token)]);
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return string.Equals(answer.Headers.Location?.OriginalString, then, StringComparison.Ordinal)
            ? token
            : throw new InvalidOperationException($"{path} answered {answer.StatusCode} {answer.Headers.Location}");
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex(
        "name=\"form-token\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormToken();
}
