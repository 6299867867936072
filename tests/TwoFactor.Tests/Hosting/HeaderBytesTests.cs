namespace TwoFactor.Tests.Hosting;

using System.Net.Sockets;
using System.Text;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Bytes above 0x7F in headers that are not ours: the page opens, and they are ignored.</summary>
[Slow]
public sealed class HeaderBytesTests
{
    [Fact]
    public async Task Foreign_bytes_in_a_header_are_nobody_s_mistake()
    {
        await using var server = await ServerProcess.StartNewAsync();
        string[] headers =
        [
            "Cookie: other=\u00FF\u00FE", "Cookie: \u00E9=1; theme=d\u00E9j\u00E0", "User-Agent: \u00FF\u00C3\u0028 Browser/1.0",
            "Accept-Language: \u00FF", "X-Other: \u0080\u0081",
            "Cookie: TwoFactor-SignIn=\u00FF; TwoFactor-Session=\u00C3\u0028; TwoFactor-Device=\u0080", "X-Forwarded-For: \u00FF",
            "Referer: http://localhost/\u00FF",
        ];

        foreach (var header in headers)
        {
            Assert.StartsWith("HTTP/1.1 200 OK", await AskAsync(server, header), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(ServerProcess server, string header)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(
            Encoding.Latin1.GetBytes($"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var answer = new StreamReader(client.GetStream());
        return await answer.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
