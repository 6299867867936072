namespace TwoFactor.Administration;

using TwoFactor.Administration.Altered;
using TwoFactor.Administration.Authorization;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.Editing;
using TwoFactor.Administration.Handover;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Importing;
using TwoFactor.Administration.Lists;
using TwoFactor.Administration.Network;
using TwoFactor.Administration.Passwords;
using TwoFactor.Administration.Setup;
using TwoFactor.Authenticators.Seals;

/// <summary>Registers what agents do for others, and what needs several nouns.</summary>
public static class AdministrationServices
{
    public static IServiceCollection AddAdministration(this IServiceCollection services) => services
        .AddScoped<Invitations>()
        .AddScoped<InvitationAcceptance>()
        .AddScoped<InitialSetup>()
        .AddScoped<SetupEvidence>()
        .AddScoped<PasswordLinks>()
        .AddScoped<PasswordRequests>()
        .AddScoped<NotMe>()
        .AddScoped<AccountLockout>()
        .AddScoped<People>()
        .AddScoped<AuditRetention>()
        .AddScoped<AdminTasks>()
        .AddScoped<Banners.Banners>()
        .AddSingleton<UnknownProxies>()
        .AddSingleton<StrangerMails>()
        .AddScoped<AskedMails>()
        .AddScoped<AgentAuthorization>()
        .AddScoped<Approvers>()
        .AddScoped<AgentActs>()
        .AddScoped<AccountFactory>()
        .AddScoped<InvitationSender>()
        .AddScoped<AdminNotifications>()
        .AddScoped<AlteredAccountAlarms>()
        .AddScoped<AccountRewriting>()
        .AddPasswords()
        .AddEditing()
        .AddHelpDesk()
        .AddLists();

    private static IServiceCollection AddPasswords(this IServiceCollection services) => services
        .AddScoped<LinkTargets>()
        .AddScoped<ImportedAppAcceptance>()
        .AddScoped<PasswordLinkMail>()
        .AddScoped<PasswordLinkAcceptance>();

    private static IServiceCollection AddEditing(this IServiceCollection services) => services
        .AddScoped<NameChanges>()
        .AddScoped<RoleChanges>()
        .AddScoped<MailChanges>()
        .AddScoped<AccountEdits>()
        .AddScoped<Deletions>();

    private static IServiceCollection AddHelpDesk(this IServiceCollection services) => services
        .AddScoped<ApprovalPolicy>()
        .AddScoped<AgentQuota>()
        .AddScoped<HelpHandover>()
        .AddScoped<HandoverCopies>()
        .AddScoped<ResetHolds>()
        .AddScoped<HelpRequests>()
        .AddSingleton<ISealedRequests, SealedRequests>()
        .AddScoped<HelpDeskNotifications>()
        .AddScoped<HelpDesk.HelpDesk>()
        .AddScoped<ResetApproval>()
        .AddScoped<Resets>()
        .AddScoped<OpenResets>()
        .AddScoped<Passes>();

    private static IServiceCollection AddLists(this IServiceCollection services) => services
        .AddScoped<BulkInvitations>()
        .AddScoped<PeopleExport>()
        .AddScoped<ExportRecords>()
        .AddScoped<ImportPlans>()
        .AddScoped<PeopleImport>()
        .AddScoped<ImportAdditions>()
        .AddScoped<ImportChanges>()
        .AddScoped<ImportPreparation>()
        .AddScoped<ImportWriting>()
        .AddScoped<ImportUndoing>()
        .AddScoped<ImportRuns>()
        .AddScoped<OpenImports>()
        .AddSingleton<ImportSheets>()
        .AddScoped<StagedImports>();
}
