namespace TwoFactor.Accounts;

using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Passwords;

/// <summary>Accounts, their names, addresses, groups, passwords and tickets.</summary>
public static class AccountsServices
{
    /// <param name="passwordList">The operator's own file of common passwords; null when there is none.</param>
    public static IServiceCollection AddAccounts(this IServiceCollection services, string? passwordList) => services
        .AddSingleton<PasswordHasher>()
        .AddSingleton(new CommonPasswords(passwordList))
        .AddSingleton<PasswordRules>()
        .AddScoped<NewPasswords>()
        .AddScoped<PasswordGuards>()
        .AddScoped<Tickets>()
        .AddScoped<OwnerNotifications>()
        .AddScoped<Addresses>()
        .AddScoped<Deadlines>()
        .AddScoped<Groups.Groups>();
}
