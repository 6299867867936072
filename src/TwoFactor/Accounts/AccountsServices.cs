namespace TwoFactor.Accounts;

using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Passwords;

/// <summary>Accounts, their names, addresses, groups, passwords and tickets.</summary>
public static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<PasswordHasher>()
        .AddSingleton<PasswordRules>()
        .AddScoped<NewPasswords>()
        .AddScoped<PasswordGuards>()
        .AddScoped<Tickets>()
        .AddScoped<OwnerNotifications>()
        .AddScoped<Addresses>()
        .AddScoped<Deadlines>()
        .AddScoped<Groups.Groups>();
}
