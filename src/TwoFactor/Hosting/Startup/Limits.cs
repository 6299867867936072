namespace TwoFactor.Hosting.Startup;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Mail.Sending;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// Every number of policy. A new number is a property of its class, with range, unit and default; a new class is one line here.
/// Either has its row in docs/security.md.
/// </summary>
public static class Limits
{
    internal const string Root = "Limits";

    internal static IReadOnlyList<LimitsSection> Sections { get; } =
    [
        new LimitsSection<CodeLimits>("Codes"),
        new LimitsSection<EnrollmentLimits>("Enrollments"),
        new LimitsSection<SessionLimits>("Sessions"),
        new LimitsSection<PasswordLimits>("Passwords"),
        new LimitsSection<TicketLimits>("Tickets"),
        new LimitsSection<CoolingOffLimits>("CoolingOff"),
        new LimitsSection<AuditLimits>("Audit"),
        new LimitsSection<PeopleLimits>("People"),
        new LimitsSection<HelpLimits>("Help"),
        new LimitsSection<MailLimits>("Mail"),
        new LimitsSection<DatabaseLimits>("Database"),
        new LimitsSection<ServerLimits>("Server"),
        new LimitsSection<BannerLimits>("Banners"),
    ];

    /// <summary>Each class as a singleton, read from the configuration.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var section in Sections)
        {
            section.AddTo(services, configuration);
        }

        return services;
    }

    /// <summary>What is wrong below <c>Limits</c>: values first, then names that nobody reads.</summary>
    internal static IEnumerable<InvalidSetting> Refusals(IConfiguration configuration) =>
        Sections.SelectMany(section => section.Refusals(configuration)).Concat(Unknown(configuration));

    /// <summary>A name that nobody reads is a mistyped one: it would silently leave a default in force.</summary>
    private static IEnumerable<InvalidSetting> Unknown(IConfiguration configuration)
    {
        var known = Sections.SelectMany(section => section.Names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.GetSection(Root).AsEnumerable()
            .Where(entry => entry.Value is not null && !known.Contains(entry.Key))
            .Where(entry => entry.Value is not "" || !IsSection(entry.Key, known))
            .Select(entry => new InvalidSetting(entry.Key, entry.Value, "one of the limits in docs/security.md", "not set"));
    }

    /// <summary>A section without a value of its own, such as <c>"Limits": {}</c>.</summary>
    private static bool IsSection(string key, IEnumerable<string> known) =>
        known.Any(name => name.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));
}
