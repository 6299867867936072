namespace TwoFactor.Audit;

using TwoFactor.Audit.Alarms;
using TwoFactor.Audit.Marks;
using TwoFactor.Audit.Retention;

/// <summary>The log of events, its chain, and its export.</summary>
public static class AuditServices
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddScoped<AuditLog>()
        .AddScoped<AuditSealer>()
        .AddScoped<AuditVerification>()
        .AddScoped<AuditQueries>()
        .AddSingleton<MarkFiles>()
        .AddSingleton<MarkedCounts>()
        .AddSingleton<MarkedRevisions>()
        .AddSingleton<HighWater>()
        .AddScoped<ExportSigning>()
        .AddScoped<AuditExport>()
        .AddSingleton<ChainWatch>()
        .AddScoped<ChainCheck>()
        .AddScoped<AuditPruning>()
        .AddScoped<SetupMark>()
        .AddScoped<SchemaAlarm>();
}
