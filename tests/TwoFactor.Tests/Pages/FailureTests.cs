namespace TwoFactor.Tests.Pages;

using System.Data.Common;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>What goes wrong on our side, or comes in too large, still ends on a page with all its headers and a way on.</summary>
public sealed partial class FailureTests
{
    [Theory]
    [InlineData("/sign-in/code")]
    [InlineData("/account")]
    [InlineData("/admin/accounts")]
    public async Task A_database_that_does_not_answer_ends_on_a_page_with_a_reference(string path)
    {
        var silence = new Silence();
        using var app =
            new App { Adjust = services => services.ConfigureDbContext<TwoFactorDb>(options => options.AddInterceptors(silence)) };
        var admin = await TestUser.FirstAdminAsync(app);
        silence.Falls = true;

        var answer = await admin.Browser.OnceAsync(HttpMethod.Get, new Uri(path, UriKind.Relative));

        silence.Falls = false;
        Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
        ForgeryTests.AssertHeaders(answer, isAsset: false);
        Assert.Equal("Something went wrong on our side", answer.Heading);
        Assert.Equal("/", answer.Document.QuerySelector("main a.button")?.GetAttribute("href"));
        var reference = Reference().Match(answer.Words).Groups["id"].Value;
        Assert.Contains(app.Log.All, line => line.Contains(reference, StringComparison.Ordinal));
        Assert.DoesNotContain("SELECT", answer.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(Silence), answer.Html, StringComparison.Ordinal);
        Assert.Equal("/account", (await admin.Browser.GetAsync("/account")).Path);
    }

    [Fact]
    [Slow]
    public async Task A_body_over_the_limit_is_refused_by_the_real_server_with_a_page()
    {
        await using var server = await ServerProcess.StartNewAsync();
        using var visitor = server.Visitor();
        foreach (var isChunked in new[] { false, true })
        {
            using var content = new FormUrlEncodedContent(
                new Dictionary<string, string> { ["username"] = "ada", ["password"] = new('x', 70_000) });
            var answer = await visitor.OnceAsync(
                HttpMethod.Post, new Uri(
                    "/sign-in", UriKind.Relative), content, request => request.Headers.TransferEncodingChunked = isChunked);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
            ForgeryTests.AssertHeaders(answer, isAsset: false);
            Assert.Equal("That was too large", answer.Heading);
            Assert.Contains("Nothing was changed.", answer.Words, StringComparison.Ordinal);
            Assert.Equal("/", answer.Document.QuerySelector("main a.button")?.GetAttribute("href"));
        }

        var refused = await visitor.OnceAsync(HttpMethod.Trace, new Uri("/sign-in", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.Status);
        Assert.Equal(["GET", "HEAD", "POST"], refused.ContentHeaders.Allow);
        ForgeryTests.AssertHeaders(refused, isAsset: false);
    }

    [System.Text.RegularExpressions.GeneratedRegex(
        "Reference (?<id>[0-9a-f]{8})\\.", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial System.Text.RegularExpressions.Regex Reference();

    /// <summary>While it falls, no question to the database is answered.</summary>
    private sealed class Silence : DbCommandInterceptor
    {
        public bool Falls { get; set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken =
                default) =>
            Falls ? throw new InvalidOperationException("The database does not answer.") : ValueTask.FromResult(result);
    }
}
