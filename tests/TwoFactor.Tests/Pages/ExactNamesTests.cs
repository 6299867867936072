namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// A value is read from one place, by its exact name: what only looks like the name is nothing, and beside it is refused.
/// </summary>
public sealed class ExactNamesTests : IDisposable
{
    private readonly App app = new();

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task Every_value_of_every_page_names_the_one_place_that_it_comes_from()
    {
        var pages = await PageModelInfo.AllAsync(app);
        Assert.True(pages.Sum(page => page.Values.Count) > 50);

        Assert.Empty(
            from page in pages
            from value in page.Values
            where value.Source != BindingSource.Form && value.Source != BindingSource.Query && value.Source != BindingSource.Path
            select $"{page.Route}: {value.Name}");
    }

    [Theory]
    [InlineData("code[]=12345", false)]
    [InlineData("code[0]=12345", false)]
    [InlineData("Code=12345", false)]
    [InlineData("CODE=12345", false)]
    [InlineData("code.x=12345", false)]
    [InlineData("%EF%BB%BFcode=12345", false)]
    [InlineData("code=12345", true)]
    public async Task A_field_of_another_name_is_not_read(string body, bool isRead)
    {
        var answer = await PostCodeAsync(body, "");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(isRead ? "That is not a code" : "Enter your code", answer.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?code=12345")]
    [InlineData("?code[]=12345")]
    public async Task A_field_is_not_read_from_the_address(string query) =>
        Assert.Contains("Enter your code", (await PostCodeAsync("other=1", query)).Words, StringComparison.Ordinal);

    [Theory]
    [InlineData("code=12345&code=12345", "")]
    [InlineData("code=12345&Code=12345", "")]
    [InlineData("code=12345&code[]=12345", "")]
    [InlineData("code[0]=12345&code[1]=12345", "")]
    [InlineData("code[]=12345&code.x=12345", "")]
    [InlineData("code=12345", "?a=1&a[]=2")]
    [InlineData("code=12345", "?a=1&A=2")]
    [InlineData("code=12345", "?a[b]=1&a=2")]
    public async Task Two_that_could_be_taken_for_one_are_refused(string body, string query)
    {
        var answer = await PostCodeAsync(body, query);

        Assert.Equal((HttpStatusCode.BadRequest, "Your browser sent something we cannot read"), (answer.Status, answer.Heading));
        Assert.Contains("Nothing was changed.", answer.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code=%EF%BF%BE", "")]
    [InlineData("code=12345%EF%BF%BD", "")]
    [InlineData("code=%EF%B7%90", "")]
    [InlineData("code=\u00FF", "")]
    [InlineData("code=\u00ED\u00A0\u0080", "")]
    [InlineData("\u00C0\u00AF=1", "")]
    [InlineData("%EF%BF%BF=1", "")]
    [InlineData("other=%F0%9F%BF%BE", "")]
    [InlineData("code=12345", "?a=%EF%BF%BE")]
    [InlineData("code=12345", "?%EF%BF%BE=1")]
    public async Task What_is_no_text_is_refused_kindly_under_any_name(string body, string query)
    {
        var answer = await PostCodeAsync(body, query);

        Assert.Equal((HttpStatusCode.BadRequest, "Your browser sent something we cannot read"), (answer.Status, answer.Heading));
        Assert.Contains("Nothing was changed.", answer.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code=%FF", 3)]
    [InlineData("code=%ED%A0%80", 9)]
    [InlineData("code=%C0%AF&%E2%82=1", 6)]
    public async Task An_escape_that_is_no_text_is_what_was_written(string body, int length) => Assert.Contains(
        $"You entered {length} characters", (await PostCodeAsync(body, "?a=%FF")).Words, StringComparison.Ordinal);

    /// <summary>Browsers send UTF-8 whatever they are asked for; in another character set the same bytes are other letters.</summary>
    [Theory]
    [InlineData("utf-16")]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("utf-7")]
    [InlineData("no-such-set")]
    public async Task A_form_in_another_character_set_is_refused(string charset) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await PostCodeAsync("code=12345", "", charset)).Status);

    /// <param name="body">Each letter is one byte.</param>
    private async Task<VisitedPage> PostCodeAsync(string body, string query, string charset = "utf-8")
    {
        var admin = await TestUser.FirstAdminAsync(app);
        await admin.SignOutAsync();
        var form = await admin.EnterPasswordAsync();
        var token = Uri.EscapeDataString(form.Field("form-token")!.GetAttribute("value")!);
        var signIn = Uri.EscapeDataString(form.Field("sign-in")!.GetAttribute("value")!);
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes($"form-token={token}&sign-in={signIn}&{body}"));
        content.Headers.TryAddWithoutValidation("Content-Type", $"application/x-www-form-urlencoded; charset={charset}");
        return await admin.Browser.OnceAsync(HttpMethod.Post, new Uri($"/sign-in/code{query}", UriKind.Relative), content);
    }
}
