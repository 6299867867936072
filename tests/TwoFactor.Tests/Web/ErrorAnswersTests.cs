namespace TwoFactor.Tests.Web;

using System.Data.Common;
using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Storage.Connections;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Pages;
using Xunit;

/// <summary>What goes wrong is a page for people and problem+json for programs; the endpoint says which, not the request.</summary>
public sealed class ErrorAnswersTests : IDisposable
{
    private const string Page = "/sign-in/code";
    private const string Machine = "/.well-known/jwks.json";

    private readonly Fault fault = new();
    private readonly App app;
    private readonly Visitor visitor;

    public ErrorAnswersTests()
    {
        app = new App(("Limits:Database:WaitSeconds", "1"))
        {
            Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(fault)),
        };
        visitor = app.Visitor();
    }

    [Fact]
    public async Task A_busy_database_is_a_page_that_says_when_to_come_back()
    {
        var form = await visitor.GetAsync("/sign-in");
        var turns = app.Services.GetRequiredService<WriteTurns>();
        await turns.EnterAsync(new WaitLimit(TimeSpan.FromSeconds(10)), TestContext.Current.CancellationToken);

        var answer = await visitor.SubmitOnceAsync(form, null, ("username", "nobody"), ("password", "not a password"));

        turns.Leave();
        AssertPage(answer, HttpStatusCode.ServiceUnavailable, "We are very busy just now");
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("Retry-After")));
        Assert.DoesNotContain(app.Log.All, line => line.Contains("Reference", StringComparison.Ordinal));
    }

    [Fact]
    public async Task At_a_machine_s_address_a_busy_database_is_a_problem_that_says_when_to_come_back()
    {
        await visitor.GetAsync(Page);
        fault.Is = new BusyException(TimeSpan.FromSeconds(6.5));

        var answer = await AskAsync(HttpMethod.Get, Machine);

        AssertProblem(answer, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("7", Assert.Single(answer.Headers.GetValues("Retry-After")));
        Assert.DoesNotContain(app.Log.All, line => line.Contains("Reference", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_has_a_reference_in_both_and_tells_nothing_else()
    {
        await TestUser.FirstAdminAsync(app);
        fault.Is = new InvalidOperationException("SELECT a secret");

        var problem = await AskAsync(HttpMethod.Get, Machine);
        visitor.Cookies["TwoFactor-Session"] = TwoFactor.Keys.Token.New().Reveal();
        var page = await AskAsync(HttpMethod.Get, "/account");

        AssertPage(page, HttpStatusCode.InternalServerError, "Something went wrong on our side");
        using var json = AssertProblem(problem, HttpStatusCode.InternalServerError);
        var reference = json.RootElement.GetProperty("detail").GetString()!;
        Assert.Matches("^Reference [0-9a-f]{8}$", reference);
        Assert.Single(app.Log.All, line => line.Contains($"{reference}: a request failed", StringComparison.Ordinal));
        Assert.All([page, problem], answer => Assert.DoesNotContain("secret", answer.Html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_is_a_page_for_people_and_a_problem_below_a_machine_s_path()
    {
        AssertPage(await AskAsync(HttpMethod.Get, "/nope"), HttpStatusCode.NotFound, "There is no such page");
        AssertPage(await AskAsync(HttpMethod.Get, "/healthy"), HttpStatusCode.NotFound, "There is no such page");
        AssertProblem(await AskAsync(HttpMethod.Get, "/health/nope"), HttpStatusCode.NotFound);
        AssertProblem(await AskAsync(HttpMethod.Get, "/health"), HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("UNHEARD-OF")]
    public async Task A_method_that_is_not_answered_is_told_with_those_that_are(string method)
    {
        var page = await AskAsync(new HttpMethod(method), "/sign-in");
        AssertPage(page, HttpStatusCode.MethodNotAllowed, "This page does not answer that");
        Assert.Equal(["GET", "HEAD", "POST"], page.ContentHeaders.Allow);

        var problem = await AskAsync(new HttpMethod(method), Machine);
        AssertProblem(problem, HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["GET", "HEAD"], problem.ContentHeaders.Allow);
    }

    [Fact]
    public async Task A_post_where_there_is_only_something_to_read_is_not_answered()
    {
        var problem = await AskAsync(HttpMethod.Post, Machine);

        AssertProblem(problem, HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["GET", "HEAD"], problem.ContentHeaders.Allow);
    }

    [Fact]
    public async Task A_parameter_twice_is_refused_at_both()
    {
        AssertPage(
            await AskAsync(HttpMethod.Get, "/sign-in?a=1&a=2"), HttpStatusCode.BadRequest, "Your browser sent something we cannot read");
        AssertProblem(await AskAsync(HttpMethod.Get, $"{Machine}?a=1&a=2"), HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(HttpMethod.Get, "/site.css?v=1&v=2")).Status);
    }

    [Fact]
    public async Task What_a_request_says_that_it_accepts_changes_nothing()
    {
        var page = await visitor.OnceAsync(
            HttpMethod.Get, new Uri("/nope", UriKind.Relative), adjust: request => Accept(request, "application/json"));
        var problem = await visitor.OnceAsync(
            HttpMethod.Get, new Uri("/health/nope", UriKind.Relative), adjust: request => Accept(request, "text/html"));

        AssertPage(page, HttpStatusCode.NotFound, "There is no such page");
        AssertProblem(problem, HttpStatusCode.NotFound);
    }

    public void Dispose()
    {
        visitor.Dispose();
        app.Dispose();
    }

    private static void Accept(HttpRequestMessage request, string type)
    {
        request.Headers.Accept.Clear();
        request.Headers.Accept.ParseAdd(type);
    }

    private Task<VisitedPage> AskAsync(HttpMethod method, string address) => visitor.OnceAsync(method, new Uri(address, UriKind.Relative));

    private static void AssertPage(VisitedPage answer, HttpStatusCode status, string heading)
    {
        Assert.Equal((status, "text/html", heading), (answer.Status, answer.ContentHeaders.ContentType?.MediaType, answer.Heading));
        ForgeryTests.AssertHeaders(answer, isAsset: false);
    }

    private static JsonDocument AssertProblem(VisitedPage answer, HttpStatusCode status)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.ContentHeaders.ContentType?.MediaType));
        ForgeryTests.AssertHeaders(answer, isAsset: false);
        var json = JsonDocument.Parse(answer.Content);
        Assert.Equal((int)status, json.RootElement.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(json.RootElement.GetProperty("title").GetString()));
        return json;
    }

    /// <summary>What every question to the database ends with, once it is set.</summary>
    private sealed class Fault : DbCommandInterceptor
    {
        public Exception? Is { get; set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken =
                default) =>
            Is is { } exception ? throw exception : ValueTask.FromResult(result);
    }
}
