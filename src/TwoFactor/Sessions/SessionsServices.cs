namespace TwoFactor.Sessions;

using TwoFactor.Sessions.SelfService;
using TwoFactor.Sessions.Store;

/// <summary>Registers the stories of a sign-in and of a session, and what owners do for themselves.</summary>
public static class SessionsServices
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddScoped<PendingSignIns>()
        .AddScoped<PendingSignInStates>()
        .AddSingleton<LastUses>()
        .AddScoped<SessionStore>()
        .AddScoped<SavedForms>()
        .AddScoped<Devices>()
        .AddScoped<WrongPasswords>()
        .AddScoped<PasswordStep>()
        .AddScoped<ProvenPassword>()
        .AddScoped<SignIn>()
        .AddScoped<TicketEntry>()
        .AddScoped<RecoverySignIn>()
        .AddScoped<EnrollmentConfirmation>()
        .AddScoped<EnrollmentSignIn>()
        .AddScoped<SessionManagement>()
        .AddScoped<ResetCancellation>()
        .AddScoped<RecoverySaving>()
        .AddScoped<Proofs>()
        .AddScoped<OwnAuthenticators>()
        .AddScoped<AuthenticatorRemoval>()
        .AddScoped<PasswordChange>()
        .AddScoped<CurrentPassword>()
        .AddScoped<PasswordReplacement>()
        .AddScoped<AddressChange>()
        .AddScoped<NewAddresses>()
        .AddScoped<NewAddressContext>()
        .AddScoped<AddressConfirmation>();
}
