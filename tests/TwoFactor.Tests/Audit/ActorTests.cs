namespace TwoFactor.Tests.Audit;

using System.Net;
using TwoFactor.Audit;
using TwoFactor.Storage;
using Xunit;

public sealed class ActorTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Windows")]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Edge on Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome on Linux")]
    [InlineData(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36", "Chrome on Linux")]
    [InlineData(
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Chrome on ChromeOS")]
    [InlineData(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
        "Safari on macOS")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        + "Safari/537.36 OPR/126.0.0.0", "Opera on macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
        + "Mobile/15E148 Safari/604.1", "Safari on iOS")]
    [InlineData(
        "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
        "Chrome on iOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/144.0 "
        + "Mobile/15E148 Safari/605.1.15", "Firefox on iOS")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
        + "Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android")]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        "Chrome on Android")]
    [InlineData("curl/8.14.1", "curl")]
    [InlineData("Wget/1.25.0", "Wget")]
    [InlineData("Something (Windows)", "A browser on Windows")]
    [InlineData("<script>alert(1)</script>", "An unknown browser")]
    [InlineData("", "An unknown browser")]
    [InlineData(null, "An unknown browser")]
    public void A_browser_is_told_by_the_header_that_it_sends(string? userAgent, string words) =>
        Assert.Equal(words, Actor.Request(ActorKind.Owner, null, userAgent, null).Describe());

    [Theory]
    [InlineData("192.0.2.7", new byte[] { 192, 0, 2, 7 })]
    [InlineData("::ffff:192.0.2.7", new byte[] { 192, 0, 2, 7 })]
    [InlineData("::1", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    public void An_address_is_kept_as_its_bytes_and_a_mapped_one_as_four(string address, byte[] bytes) =>
        Assert.Equal(bytes, Actor.Request(ActorKind.Unknown, null, null, IPAddress.Parse(address)).Address);

    [Fact]
    public void A_number_that_a_newer_version_wrote_is_an_unknown_browser() =>
        Assert.Equal("An unknown browser", UserAgent.Describe((Browser)200, (OperatingPlatform)200));
}
