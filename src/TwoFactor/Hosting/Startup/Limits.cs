namespace TwoFactor.Hosting.Startup;

using TwoFactor.Accounts;
using TwoFactor.Accounts.Passwords;
using TwoFactor.Administration;
using TwoFactor.Administration.Banners;
using TwoFactor.Administration.HelpDesk;
using TwoFactor.Administration.Network;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Authenticators.Enrollment;
using TwoFactor.Mail.Sending;
using TwoFactor.Sessions;
using TwoFactor.Storage;

/// <summary>
/// All limits that an operator can set. A new limit is a property of its class, with range, unit and default; a new class is one line here.
/// Each limit has its row in docs/security.md.
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
        new LimitsSection<NetworkLimits>("Network"),
        new LimitsSection<BannerLimits>("Banners"),
    ];

    /// <summary>Registers each class as a singleton, read from the configuration.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var section in Sections)
        {
            section.AddTo(services, configuration);
        }

        return services;
    }

    /// <summary>What is wrong below <c>Limits</c>: values first, then unknown names.</summary>
    internal static IEnumerable<InvalidSetting> Refusals(IConfiguration configuration) =>
        Sections.SelectMany(section => section.Refusals(configuration)).Concat(Unknown(configuration));

    /// <summary>Names that no limit has. Such a name is probably mistyped, and would silently leave a default in force.</summary>
    private static IEnumerable<InvalidSetting> Unknown(IConfiguration configuration)
    {
        var known = Sections.SelectMany(section => section.Names).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.GetSection(Root).AsEnumerable()
            .Where(entry => entry.Value is not null && !known.Contains(entry.Key))
            .Where(entry => entry.Value is not "" || !IsSection(entry.Key, known))
            .Select(entry => new InvalidSetting(entry.Key, entry.Value, "one of the limits in docs/security.md", "not set"));
    }

    /// <summary>Whether the key is a section without a value of its own, such as <c>"Limits": {}</c>.</summary>
    private static bool IsSection(string key, IEnumerable<string> known) =>
        known.Any(name => name.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));
}
