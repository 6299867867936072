namespace TwoFactor.Tests.Hosting;

using System.Net;
using System.Net.Sockets;
using System.Text;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>How the server ends, and what it says when it cannot begin.</summary>
[Slow]
public sealed class StopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET /sign-in HTTP/1.1\r\nHost: local")]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("\r\n")]
    [InlineData("GET /sign-in HTTP/1.1\r\n")]
    [InlineData("GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\nGET /acc")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        + "900\r\n\r\na=")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: "
        + "900\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n")]
    [InlineData("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + "Content-Length: 900\r\n\r\n")]
    [InlineData("POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\na")]
    public async Task Half_a_request_does_not_keep_the_server_from_stopping_well(string half)
    {
        await using var server = await ServerProcess.StartNewAloneAsync(
            ("Limits:Server:StopSeconds", "1"), ("Limits:Server:HeaderSeconds", "120"), ("Limits:Server:LeastBytesPerSecond", "1"));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, Cancellation);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(half), Cancellation);

        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_in_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        await using var server = ServerProcess.Alone(("Urls", url));

        var refused = await server.RunAsync(["serve"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal($"Urls is '{url}'. Another program listens there. Stop it, or choose another port.\n", refused.Error);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_said_in_a_sentence()
    {
        const string url = "http://192.0.2.1:5080";
        await using var server = ServerProcess.Alone(("Urls", url), ("TwoFactor:PublicUrl", "https://sso.acme.example"));

        var refused = await server.RunAsync(["serve"]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal($"Urls is '{url}'. This machine does not have that address.\n", refused.Error);
    }

    [Fact]
    public async Task A_server_that_crashes_says_where_and_ends_with_a_code_that_is_no_answer()
    {
        await using var server = ServerProcess.Alone(("Logging:LogLevel:Default", "Loud"));

        var crashed = await server.RunAsync(["serve"]);

        Assert.Equal(70, crashed.ExitCode);
        Assert.Contains("   at TwoFactor.Hosting.Server.", crashed.Error, StringComparison.Ordinal);
    }
}
