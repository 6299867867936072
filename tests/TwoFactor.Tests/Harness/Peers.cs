namespace TwoFactor.Tests.Harness;

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

/// <summary>People at addresses: in the process of the tests there is no socket, so a visitor says where it comes from.</summary>
internal static class Peers
{
    private const string Header = "Test-Peer";

    /// <summary>Lets each visitor have an address, for <see cref="App.Adjust"/>.</summary>
    public static void Allow(IServiceCollection services) => services.AddSingleton<IStartupFilter>(new Connected());

    public static Visitor VisitorFrom(this App app, string address) =>
        new(new From(app.Server.CreateHandler(), address), app.ClientOptions.BaseAddress);

    private sealed class From(HttpMessageHandler inner, string address) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add(Header, address);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Connected : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                if (IPAddress.TryParse(context.Request.Headers[Header].ToString(), out var peer))
                {
                    context.Connection.RemoteIpAddress = peer;
                }

                return rest(context);
            });
            next(app);
        };
    }
}
