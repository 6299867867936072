namespace TwoFactor.Authenticators;

using TwoFactor.Authenticators.Counts;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Authenticators.Seals;

/// <summary>The check of codes, enrollment and recovery codes.</summary>
public static class AuthenticatorsServices
{
    public static IServiceCollection AddAuthenticators(this IServiceCollection services) => services
        .AddSingleton<AuthenticatorSecrets>()
        .AddScoped<AccountSeals>()
        .AddScoped<SealVerification>()
        .AddSingleton<SeenRevisions>()
        .AddSingleton<AlteredAccounts>()
        .AddScoped<CodeGuards>()
        .AddSingleton<WrongCodes>()
        .AddSingleton<SeenCounts>()
        .AddSingleton<GuardWrites>()
        .AddScoped<CountsCheck>()
        .AddScoped<CodeCheck>()
        .AddScoped<GuardHistory>()
        .AddScoped<ClockAlarm>()
        .AddScoped<Enrollments>()
        .AddScoped<EnrollmentCheck>()
        .AddScoped<TicketSweep>()
        .AddScoped<ImportedAuthenticators>()
        .AddScoped<RecoveryCodes>()
        .AddScoped<RecoveryCodeCheck>()
        .AddScoped<RecoverySets>()
        .AddScoped<NewRecoverySets>()
        .AddScoped<EnrollmentRenewal>();
}
