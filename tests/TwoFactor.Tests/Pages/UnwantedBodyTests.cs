namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Nobody's body is waited for, and so none is kept in memory, before it is known that the page would take it from them. Here each body
/// stops in the middle, so whoever reads it never answers.
/// </summary>
public sealed class UnwantedBodyTests : IAsyncLifetime, IDisposable
{
    private const string Import = "/admin/accounts/import";
    private const string NeedsCode = "admin who needs a code";
    private const string HelpDesk = "help desk who needs a code";
    private const string PlainForm = "application/x-www-form-urlencoded";
    private const int Size = 900_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Types =
        ["multipart/form-data; boundary=b", "MULTIPART/FORM-DATA; boundary=b", "text/csv", PlainForm];

    private readonly App app = new();
    private readonly Dictionary<string, Visitor> people = new(StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        people["nobody"] = app.Visitor();
        var forger = app.Visitor();
        foreach (var cookie in new[] { "Session", "SignIn", "Device", "Invitation" })
        {
            forger.Cookies[$"TwoFactor-{cookie}"] = TwoFactor.Keys.Token.New().Reveal();
        }

        people["forger"] = forger;
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        people["user"] = user.Browser;
        var half = new TestUser(app, "ursula", user.Mail);
        await half.EnterPasswordAsync();
        people["half signed in"] = half.Browser;
        people[HelpDesk] = (await TestUsers.AddAsync(app, "hugo", Role.Helpdesk)).Browser;
        app.Time.Advance(TimeSpan.FromMinutes(16));
        people[NeedsCode] = admin.Browser;
    }

    [Fact]
    public async Task A_page_that_asks_who_one_is_answers_before_the_body_has_come()
    {
        foreach (var (path, policy) in Closed())
        {
            foreach (var (name, visitor) in people.Where(person => MayNot(person.Key, policy)))
            {
                // A plain form of somebody who is known is kept, so that it comes back after the code.
                foreach (var type in Types.Where(type => name is not (NeedsCode or HelpDesk) || type is not PlainForm))
                {
                    await AssertUnreadAsync(name, visitor, path, type);
                }
            }
        }
    }

    [Theory]
    [InlineData(Import + "/x")]
    [InlineData(Import + "x")]
    [InlineData("/Admin/Accounts/Import/x")]
    [InlineData("/admin/accounts/%69mport/x")]
    [InlineData("/nowhere")]
    [InlineData("/error/x")]
    public async Task Where_there_is_no_page_nobody_s_body_is_read(string path)
    {
        foreach (var (name, visitor) in people)
        {
            foreach (var type in Types)
            {
                await AssertUnreadAsync(name, visitor, path, type);
            }
        }
    }

    [Fact]
    public async Task The_body_of_whoever_may_send_it_is_waited_for()
    {
        var admin = await TestUsers.AddAsync(app, "bob", Role.Admin);
        await admin.ProveAsync(app);
        using var sent = new HalfSent(Types[0]);

        var answer = admin.Browser.OnceAsync(HttpMethod.Post, new Uri(Import, UriKind.Relative), sent);

        await sent.Stopped;
        sent.End();
        Assert.Equal(HttpStatusCode.BadRequest, (await answer).Status);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var visitor in people.Values)
        {
            visitor.Dispose();
        }

        app.Dispose();
    }

    private IEnumerable<(string Path, string? Policy)> Closed() =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let authorize = endpoint.Metadata.GetMetadata<IAuthorizeData>()
        where authorize is not null
        select ("/" + endpoint.RoutePattern.RawText!.Replace("{id:guid}", Guid.NewGuid().ToString(), StringComparison.Ordinal),
            authorize.Policy);

    private static bool MayNot(string name, string? policy) => policy switch
    {
        null or "" => name is "nobody" or "forger" or "half signed in",
        "helpdesk" => name is not HelpDesk,
        _ => true,
    };

    private static async Task AssertUnreadAsync(string name, Visitor visitor, string path, string type)
    {
        using var sent = new HalfSent(type);
        var answer = visitor.OnceAsync(HttpMethod.Post, new Uri(path, UriKind.Relative), sent);
        await Task.WhenAny(answer, Task.Delay(Patience, TestContext.Current.CancellationToken));
        Assert.True(answer.IsCompleted, $"{name} at {path} with {type}: the body is waited for");
        var status = (await answer).Status;
        sent.End();
        Assert.True(status is HttpStatusCode.Redirect or HttpStatusCode.NotFound, $"{name} at {path} with {type}: {status}");
    }

    /// <summary>A body that stops in the middle, until it ends there.</summary>
    private sealed class HalfSent : HttpContent
    {
        private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HalfSent(string type) => Headers.TryAddWithoutValidation("Content-Type", type);

        public Task Stopped => stopped.Task.WaitAsync(TestContext.Current.CancellationToken);

        public void End() => ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\r\nuser_name,mail\r\n"));
            await stream.FlushAsync();
            stopped.TrySetResult();
            await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Size;
            return true;
        }
    }
}
