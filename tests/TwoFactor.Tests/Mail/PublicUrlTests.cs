namespace TwoFactor.Tests.Mail;

using TwoFactor.Mail;
using Xunit;

public sealed class PublicUrlTests
{
    [Theory]
    [InlineData("https://sso.acme.example", "https://sso.acme.example/not-me/X")]
    [InlineData("https://sso.acme.example/", "https://sso.acme.example/not-me/X")]
    [InlineData("HTTPS://SSO.acme.example:443", "https://sso.acme.example/not-me/X")]
    [InlineData("https://sso.acme.example:8443", "https://sso.acme.example:8443/not-me/X")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example/not-me/X")]
    [InlineData("http://localhost:5080", "http://localhost:5080/not-me/X")]
    [InlineData("http://sso.localhost", "http://sso.localhost/not-me/X")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080/not-me/X")]
    [InlineData("http://127.8.9.10", "http://127.8.9.10/not-me/X")]
    [InlineData("http://[::1]:5080", "http://[::1]:5080/not-me/X")]
    public void An_address_that_people_reach_safely_is_taken(string value, string link)
    {
        var url = Assert.IsType<PublicUrlParseResult.Valid>(PublicUrl.Parse(value)).Url;

        Assert.Equal(link, url.Link("/not-me/X"));
        Assert.Equal(link.StartsWith("https:", StringComparison.Ordinal), url.IsHttps);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sso.acme.example")]
    [InlineData("/sso")]
    [InlineData("ftp://sso.acme.example")]
    [InlineData("https://")]
    [InlineData("http://sso.acme.example")]
    [InlineData("http://localhost.acme.example")]
    [InlineData("http://evillocalhost")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://128.0.0.1")]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    public void Plain_http_beyond_this_machine_and_what_is_no_address_are_refused(string? value) =>
        Assert.Equal("an https address, or a loopback name", Assert.IsType<PublicUrlParseResult.Invalid>(PublicUrl.Parse(value)).MustBe);

    [Theory]
    [InlineData("https://acme.example/sso")]
    [InlineData("https://acme.example/?")]
    [InlineData("https://acme.example?tenant=1")]
    [InlineData("https://acme.example/#")]
    [InlineData("https://ana@acme.example")]
    [InlineData("https://@acme.example")]
    [InlineData("https://ana:geheim@acme.example")]
    [InlineData("https:\\\\acme.example")]
    public void An_address_that_says_more_than_the_host_is_refused(string value) =>
        Assert.Equal(
            "an address without user, path, query and fragment",
            Assert.IsType<PublicUrlParseResult.Invalid>(PublicUrl.Parse(value)).MustBe);

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("@evil.example")]
    [InlineData(".evil.example")]
    [InlineData("")]
    public void A_path_cannot_lead_to_another_host(string path) =>
        Assert.Throws<ArgumentException>(() => new PublicUrl(new Uri("https://sso.acme.example")).Link(path));
}
