namespace TwoFactor.Keys;

/// <summary>The key ring, and what is hashed or signed with it.</summary>
public static class KeysServices
{
    public static IServiceCollection AddKeys(this IServiceCollection services, KeyRingOptions options) => services
        .AddSingleton(options)
        .AddSingleton<SecretsRing>()
        .AddSingleton<KeyRingHealth>()
        .AddSingleton<KeyedHasher>()
        .AddScoped<SigningKeyStore>();
}
