namespace TwoFactor.Tests.Harness;

using System.Net;
using AngleSharp;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

/// <summary>
/// A person with a browser of his own: asks for pages, fills in the forms that he sees, follows redirects, keeps cookies.
/// </summary>
/// <remarks>The same for the program in this process (<see cref="Of{T}"/>) and as its own (<see cref="ServerProcess.Visitor"/>).</remarks>
public sealed class Visitor : IDisposable
{
    private const int MostRedirects = 10;
    private readonly HttpClient client;

    /// <param name="handler">Must neither follow redirects nor keep cookies.</param>
    public Visitor(HttpMessageHandler handler, Uri home)
    {
        client = new HttpClient(handler) { BaseAddress = home };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html, */*;q=0.8");
    }

    public CookieJar Cookies { get; } = new();

    public static Visitor Of<T>(WebApplicationFactory<T> application)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(application);
        return new Visitor(application.Server.CreateHandler(), application.ClientOptions.BaseAddress);
    }

    /// <summary>Opens an address, or a path of the server, and follows its redirects.</summary>
    public Task<VisitedPage> GetAsync(string address) => GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));

    public async Task<VisitedPage> GetAsync(Uri address) => await FollowAsync(await OnceAsync(HttpMethod.Get, address));

    /// <summary>
    /// Fills in the form that has these fields (by name or autocomplete token), presses its first button, and follows where it leads.
    /// </summary>
    public Task<VisitedPage> SubmitAsync(VisitedPage page, params (string Field, string? Value)[] fields) => PressAsync(page, null, fields);

    /// <summary>The same, by the button with these words.</summary>
    public async Task<VisitedPage> PressAsync(VisitedPage page, string? button, params (string Field, string? Value)[] fields) =>
        await FollowAsync(await SubmitOnceAsync(page, button, fields));

    /// <summary>The first answer to a form, whose redirect is not followed.</summary>
    public async Task<VisitedPage> SubmitOnceAsync(VisitedPage page, string? button, params (string Field, string? Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(page);
        var submission = page.Fill(button, fields);
        var address = new Uri(submission.Target.Href);
        if (submission.Method is AngleSharp.Io.HttpMethod.Get)
        {
            return await OnceAsync(HttpMethod.Get, address);
        }

        using var content = new StreamContent(submission.Body);
        content.Headers.TryAddWithoutValidation("Content-Type", submission.MimeType);
        return await OnceAsync(HttpMethod.Post, address, content);
    }

    /// <summary>One request with this visitor's cookies, whose redirect is not followed.</summary>
    /// <param name="adjust">Sets what no browser would: headers of a forger, another Host.</param>
    public async Task<VisitedPage> OnceAsync(
        HttpMethod method, Uri address, HttpContent? content = null, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(client.BaseAddress!, address)) { Content = content };
        Cookies.AddTo(request);
        if (content is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        }

        adjust?.Invoke(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Cookies.TakeFrom(response);
        return await ReadAsync(request.RequestUri!, response);
    }

    public void Dispose() => client.Dispose();

    /// <summary>Follows as a browser does, with GET, but never to another origin: that page is not ours.</summary>
    private async Task<VisitedPage> FollowAsync(VisitedPage page)
    {
        var redirects = new List<(HttpStatusCode, Uri)>();
        while (page is
            {
                Status: HttpStatusCode.Redirect or HttpStatusCode.SeeOther
            or HttpStatusCode.MovedPermanently, Headers.Location: { } location
            })
        {
            Assert.True(redirects.Count < MostRedirects, $"Redirects without end: {string.Join(' ', redirects)}");
            var next = new Uri(page.Address, location);
            redirects.Add((page.Status, next));
            if (Uri.Compare(
                next, client.BaseAddress, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) is not 0)
            {
                break;
            }

            page = await OnceAsync(HttpMethod.Get, next);
        }

        return page with { Redirects = redirects };
    }

    private static async Task<VisitedPage> ReadAsync(Uri address, HttpResponseMessage response)
    {
        var content = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var markup = response.Content.Headers.ContentType?.MediaType is "text/html" ? System.Text.Encoding.UTF8.GetString(content) : "";
        var document = await BrowsingContext.New(Configuration.Default)
            .OpenAsync(page => page.Content(markup).Address(address), TestContext.Current.CancellationToken);
        return new VisitedPage(
            address, response.StatusCode, response.Headers, response.Content.Headers, content, (IHtmlDocument)document, []);
    }
}
