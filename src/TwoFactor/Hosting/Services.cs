namespace TwoFactor.Hosting;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>The nouns, as the server and the command line both use them.</summary>
public static class Services
{
    public static IServiceCollection AddTwoFactor(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSettings(settings);
        services.AddDbContext<TwoFactorDb>(options => options.UseSqlite(settings.ConnectionString).AddInterceptors(new SqlitePragmas()));

        services.AddSingleton<SecretsRing>().AddSingleton<RingWatch>().AddSingleton<Verifier>().AddSingleton<PasswordHasher>();
        services.AddScoped<AuditLog>().AddScoped<AuditSealer>().AddScoped<AuditVerification>().AddScoped<AuditReading>().AddSingleton<HighWater>();
        services.AddScoped<SigningKeys>().AddScoped<Signing>().AddScoped<AuditExport>().AddSingleton<ChainWatch>().AddScoped<ChainCheck>().AddScoped<AuditPruning>().AddScoped<AuditRetention>();
        services.AddSingleton<Letters>().AddScoped<Outbox>().AddScoped<Notices>().AddSingleton<Composer>().AddScoped<Shelf>().AddScoped<OutboxSender>().AddScoped<OutboxSweep>()
            .AddSingleton<SmtpMemory>().AddScoped(ToCarrier);
        services.AddSingleton<PasswordRules>().AddScoped<NewPasswords>().AddScoped<PasswordGuards>().AddScoped<Tickets>()
            .AddScoped<OwnerMail>().AddScoped<Addresses>();
        services.AddScoped<SearchWords>().AddScoped<Deadlines>().AddScoped<Groups>().AddScoped<BroughtAuthenticators>()
            .AddScoped<AdminActs>().AddScoped<Waves>().AddScoped<PeopleExport>().AddScoped<ImportPlans>().AddScoped<PeopleImport>().AddScoped<KeptImports>();
        services.AddSingleton<AuthenticatorSecrets>().AddScoped<CodeGuards>().AddScoped<CodeCheck>().AddScoped<GuardHistory>().AddScoped<Enrollments>().AddScoped<EnrollmentCheck>()
            .AddScoped<RecoveryCodes>().AddScoped<RecoverySets>();
        services.AddScoped<PendingSignIns>().AddScoped<LiveSessions>().AddScoped<OwnSessions>().AddScoped<KeptForms>().AddScoped<Devices>().AddScoped<PasswordStep>().AddScoped<SignIn>()
            .AddScoped<TicketEntry>().AddScoped<EnrollmentConfirmation>().AddScoped<ResetCancellation>()
            .AddScoped<RecoverySignIn>().AddScoped<RecoverySaving>().AddScoped<Proofs>().AddScoped<PhoneChange>().AddScoped<PasswordChange>().AddScoped<AddressChange>();
        services.AddScoped<Invitations>().AddScoped<Acceptance>().AddScoped<FirstStart>().AddScoped<PasswordLinks>().AddScoped<PasswordRequests>().AddScoped<Ranks>().AddScoped<Admins>().AddScoped<RoleChanges>().AddScoped<MailChanges>().AddScoped<AccountEdits>().AddScoped<Deletions>()
            .AddScoped<NotMe>().AddScoped<Switches>().AddScoped<People>();
        services.AddScoped<Caution>().AddScoped<AgentCode>().AddScoped<HelpRequests>().AddScoped<HelpLetters>().AddScoped<HelpDesk>().AddScoped<SecondPerson>()
            .AddScoped<Resets>().AddScoped<OpenResets>().AddScoped<Passes>();
        services.AddScoped<UnsentMail>().AddScoped<ClockAlarm>().AddScoped<ToDo>().AddScoped<Banners>().AddSingleton<UnknownProxies>();
        services.AddSingleton(settings.Banners).AddSingleton(settings.Proxies);
        services.AddScoped<StartUp>();
        return services;
    }

    private static Carrier ToCarrier(IServiceProvider services) => services.GetRequiredService<MailRoute>().Smtp is { } smtp
        ? ActivatorUtilities.CreateInstance<SmtpCarrier>(services, smtp)
        : ActivatorUtilities.CreateInstance<FolderCarrier>(services);

    private static void AddSettings(this IServiceCollection services, Settings settings) => services
        .AddSingleton(settings).AddSingleton(settings.PublicUrl).AddSingleton(settings.Brand).AddSingleton(settings.Data)
        .AddSingleton(settings.KeyRing).AddSingleton(settings.Codes).AddSingleton(settings.Enrollments).AddSingleton(settings.Sessions)
        .AddSingleton(settings.Passwords).AddSingleton(settings.Tickets).AddSingleton(settings.Caution).AddSingleton(settings.Audit).AddSingleton(settings.People).AddSingleton(settings.Help)
        .AddSingleton(settings.Mail).AddSingleton(settings.Route);
}
