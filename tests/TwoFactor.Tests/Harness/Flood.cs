namespace TwoFactor.Tests.Harness;

using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>A stranger with whole networks of this machine, who sends as much as the machine can until told to stop.</summary>
internal sealed class Flood(Uri server) : IAsyncDisposable
{
    private const int Floodgates = 16;

    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];
    private readonly List<Socket> idle = [];
    private int sent;
    private int refused;

    /// <summary>Forms that were answered.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <summary>Of them, with 429.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>Opens connections that say nothing, or half of a request, from several addresses of the network.</summary>
    public void OpenConnections(string network, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            idle.Add(socket);
            try
            {
                socket.Bind(new IPEndPoint(AddressOf(network, number), 0));
                socket.Connect(server.Host, server.Port);
                socket.Send(number % 2 == 0 ? [] : Encoding.ASCII.GetBytes("POST /sign-in HTTP/1.1\r\nHost: local"));
            }
            catch (SocketException)
            {
                // The server closes what is too much.
            }
        }
    }

    /// <summary>Posts forms without end: passwords, names that forgot theirs, and nonsense.</summary>
    public void PostForms(IReadOnlyList<string> networks, IReadOnlyList<string> names)
    {
        for (var gate = 0; gate < Floodgates; gate++)
        {
            var number = gate;
            running.Add(Task.Run(() => PostAsync(AddressOf(networks[number % networks.Count], number), number, names)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
        idle.ForEach(socket => socket.Dispose());
        stop.Dispose();
    }

    /// <summary>A client that connects from an address of this machine.</summary>
    public static SocketsHttpHandler HandlerFrom(IPAddress address) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private static IPAddress AddressOf(string network, int number) => IPAddress.Parse($"{network}.{(number % 200) + 1}");

    private async Task PostAsync(IPAddress from, int gate, IReadOnlyList<string> names)
    {
        using var handler = HandlerFrom(from);
        using var client = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        var (cookie, token) = ("", "");
        for (var number = gate; !stop.IsCancellationRequested; number++)
        {
            try
            {
                if (token.Length == 0)
                {
                    (cookie, token) = await FormAsync(client);
                    continue;
                }

                var path = (number % 3) switch { 0 => "/forgot-password", 1 => "/sign-in", _ => "/invitation" };
                using var request = new HttpRequestMessage(HttpMethod.Post, path);
                request.Headers.Add("Cookie", cookie);
                request.Content = new FormUrlEncodedContent(
                [
                    KeyValuePair.Create("form-token", token), KeyValuePair.Create("username", names[number % names.Count]),
                    KeyValuePair.Create("password", "not the right password"),
                ]);
                using var answer = await client.SendAsync(request, stop.Token);
                Interlocked.Increment(ref sent);
                if (answer.StatusCode is HttpStatusCode.TooManyRequests)
                {
                    Interlocked.Increment(ref refused);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                // A closed connection, or the end of the flood.
            }
        }
    }

    private async Task<(string Cookie, string Token)> FormAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/sign-in", UriKind.Relative), stop.Token);
        var html = await answer.Content.ReadAsStringAsync(stop.Token);
        const string value = "value=\"";
        var field = html.IndexOf("name=\"form-token\"", StringComparison.Ordinal);
        if (field < 0)
        {
            return ("", "");
        }

        var at = html.IndexOf(value, field, StringComparison.Ordinal) + value.Length;
        var cookies = answer.Headers.GetValues("Set-Cookie").Select(line => line.Split(';')[0]);
        return (string.Join("; ", cookies), html[at..html.IndexOf('"', at)]);
    }
}
