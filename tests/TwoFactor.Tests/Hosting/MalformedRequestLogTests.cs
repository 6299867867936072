namespace TwoFactor.Tests.Hosting;

using System.Net.Sockets;
using System.Text;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>The web server itself would log the lines of a request that it cannot read, tokens and cookies with them.</summary>
[Slow]
public sealed class MalformedRequestLogTests
{
    private const string Marker = "MARKERTOKEN2345678ABCDEFGHJK";

    public static TheoryData<string> Requests => new()
    {
        $"GET /reset-password/{Marker} x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        $"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nCookie : TwoFactor-Session={Marker}\r\n\r\n",
        $"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nCookie: a\0{Marker}\r\n\r\n",
        $"POST /sign-in HTTP/1.1\r\nHost: {Marker}/\r\n\r\n",
        $"GET /reset-password/{Marker} HTTP/7.3\r\nHost: localhost\r\n\r\n",
        $"{Marker} / HTTP/1.1\r\nHost localhost\r\n\r\n",
    };

    [Fact]
    public async Task At_the_lowest_level_nothing_of_a_malformed_request_is_logged()
    {
        await using var server = await ServerProcess.StartNewAsync(
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel", "Trace"));

        foreach (var request in Requests)
        {
            Assert.StartsWith("HTTP/1.1 ", await AskAsync(server, request.Data), StringComparison.Ordinal);
        }

        Assert.Contains("trce:", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, server.Log, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(ServerProcess server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var answer = new StreamReader(stream);
        return await answer.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
