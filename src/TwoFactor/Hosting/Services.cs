namespace TwoFactor.Hosting;

using Microsoft.EntityFrameworkCore;
using TwoFactor.Accounts;
using TwoFactor.Accounts.Groups;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Administration.Passwords;
using TwoFactor.Audit;
using TwoFactor.Audit.Retention;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Authenticators.Recovery;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Mail.Sending;
using TwoFactor.Sessions;
using TwoFactor.Sessions.SelfService;
using TwoFactor.Storage;
using TwoFactor.Storage.Writing;
using TwoFactor.Web.Text;

/// <summary>The nouns, as the server and the command line both use them.</summary>
public static class Services
{
    public static IServiceCollection AddTwoFactor(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSettings(settings);
        var database = new DatabaseConnection(settings.ConnectionString);
        services.AddDbContext<TwoFactorDb>(options => options.UseSqlite(database.ForReading).AddInterceptors(new SqlitePragmas(isReader: true)));
        services.AddSingleton(database).AddSingleton<WriteTurns>().AddSingleton<Writer>().AddScoped<UnitOfWork>().AddScoped<Migrator>();

        services.AddSingleton<SecretsRing>().AddSingleton<KeyRingHealth>().AddSingleton<KeyedHasher>().AddSingleton<PasswordHasher>();
        services.AddScoped<AuditLog>().AddScoped<AuditSealer>().AddScoped<AuditVerification>().AddScoped<AuditQueries>().AddSingleton<HighWater>();
        services.AddScoped<SigningKeys>().AddScoped<Signing>().AddScoped<AuditExport>().AddSingleton<ChainWatch>().AddScoped<ChainCheck>().AddScoped<AuditPruning>().AddScoped<AuditRetention>();
        services.AddSingleton<MailMessages>().AddScoped<Outbox>().AddScoped<Notices>().AddSingleton<MimeMessageFactory>().AddSingleton<PickupFolder>().AddScoped<OutboxRows>().AddScoped<OutboxSender>()
            .AddSingleton<SmtpBackoff>().AddScoped(ToTransport);
        services.AddSingleton<PasswordRules>().AddScoped<NewPasswords>().AddScoped<PasswordGuards>().AddScoped<AccountListState>().AddScoped<Tickets>()
            .AddScoped<OwnerNotifications>().AddScoped<Addresses>();
        services.AddScoped<SearchTerms>().AddScoped<Deadlines>().AddScoped<Groups>().AddScoped<ImportedAuthenticators>()
            .AddScoped<BulkInvitations>().AddScoped<PeopleExport>().AddScoped<ImportPlans>().AddScoped<PeopleImport>().AddScoped<ImportAdditions>().AddScoped<ImportChanges>().AddScoped<StagedImports>();
        services.AddSingleton<AuthenticatorSecrets>().AddScoped<CodeGuards>().AddSingleton<WrongCodes>().AddScoped<CodeCheck>().AddScoped<GuardHistory>().AddScoped<Enrollments>().AddScoped<EnrollmentCheck>()
            .AddScoped<RecoveryCodes>().AddScoped<RecoveryCodeCheck>().AddScoped<RecoverySets>().AddScoped<NewRecoverySets>().AddScoped<EnrollmentRenewal>();
        services.AddScoped<PendingSignIns>().AddScoped<SessionStore>().AddScoped<SessionManagement>().AddScoped<SavedForms>().AddScoped<Devices>().AddScoped<PasswordStep>().AddScoped<SignIn>()
            .AddScoped<PendingSignInStates>().AddScoped<ProvenPassword>().AddScoped<TicketEntry>().AddScoped<EnrollmentConfirmation>().AddScoped<EnrollmentSignIn>().AddScoped<ResetCancellation>()
            .AddScoped<RecoverySignIn>().AddScoped<RecoverySaving>().AddScoped<Proofs>().AddScoped<OwnAuthenticators>().AddScoped<AuthenticatorRemoval>().AddScoped<PasswordChange>().AddScoped<AddressChange>();
        services.AddScoped<AgentActs>().AddScoped<AccountFactory>().AddScoped<InvitationSender>().AddScoped<NameChanges>();
        services.AddScoped<ChosenPasswords>().AddScoped<LinkTargets>().AddScoped<ImportedAppAcceptance>().AddScoped<PasswordLinkMail>().AddScoped<PasswordLinkAcceptance>();
        services.AddScoped<Invitations>().AddScoped<InvitationAcceptance>().AddScoped<InitialSetup>().AddScoped<PasswordLinks>().AddScoped<PasswordRequests>().AddScoped<AgentAuthorization>().AddScoped<AdminNotifications>().AddScoped<RoleChanges>().AddScoped<MailChanges>().AddScoped<AccountEdits>().AddScoped<Deletions>()
            .AddScoped<NotMe>().AddScoped<AccountLockout>().AddScoped<People>();
        services.AddScoped<ApprovalPolicy>().AddScoped<AgentQuota>().AddScoped<HelpHandover>().AddScoped<ResetHolds>().AddScoped<HelpRequests>().AddScoped<HelpDeskNotifications>().AddScoped<HelpDesk>().AddScoped<ResetApproval>()
            .AddScoped<Resets>().AddScoped<OpenResets>().AddScoped<Passes>();
        services.AddScoped<UnsentMail>().AddScoped<ClockAlarm>().AddScoped<AdminTasks>().AddScoped<Banners>().AddSingleton<UnknownProxies>();
        services.AddSingleton(settings.Banners).AddSingleton(settings.Proxies);
        services.AddSingleton<TextContext>().AddScoped<StartUp>();
        return services;
    }

    private static MailTransport ToTransport(IServiceProvider services) => services.GetRequiredService<MailRoute>().Smtp is { } smtp
        ? ActivatorUtilities.CreateInstance<SmtpTransport>(services, smtp)
        : ActivatorUtilities.CreateInstance<PickupFolderTransport>(services);

    private static void AddSettings(this IServiceCollection services, Settings settings) => services
        .AddSingleton(settings).AddSingleton(settings.PublicUrl).AddSingleton(settings.Brand).AddSingleton(settings.Data)
        .AddSingleton(settings.KeyRing).AddSingleton(settings.Codes).AddSingleton(settings.Enrollments).AddSingleton(settings.Sessions)
        .AddSingleton(settings.Passwords).AddSingleton(settings.Tickets).AddSingleton(settings.CoolingOff).AddSingleton(settings.Audit).AddSingleton(settings.People).AddSingleton(settings.Help)
        .AddSingleton(settings.Mail).AddSingleton(settings.Database).AddSingleton(settings.Route);
}
