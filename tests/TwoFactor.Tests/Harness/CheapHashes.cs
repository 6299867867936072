namespace TwoFactor.Tests.Harness;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Hosting;
using TwoFactor.Hosting.Startup;

/// <summary>The nouns with cheap passwords, for nothing of most stories is about their cost. The settings allow nothing so cheap.</summary>
internal static class CheapHashes
{
    public static IServiceCollection AddCheapTwoFactor(this IServiceCollection services, Settings settings) => services
        .AddTwoFactor(settings)
        .Replace(ServiceDescriptor.Singleton(
            new PasswordLimits { MemoryKibibytes = 64, Iterations = 1, Places = 1024, PlacesOfOne = 1024, PlacesOfNetwork = 1024 }));
}
