namespace TwoFactor.Hosting;

using TwoFactor.Accounts;
using TwoFactor.Administration;
using TwoFactor.Audit;
using TwoFactor.Authenticators;
using TwoFactor.Hosting.Startup;
using TwoFactor.Keys;
using TwoFactor.Mail;
using TwoFactor.Sessions;
using TwoFactor.Storage;
using TwoFactor.Web;

/// <summary>Registers the services that the server and the command line share.</summary>
public static class Services
{
    public static IServiceCollection AddTwoFactor(this IServiceCollection services, Settings settings) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(settings)
        .AddLimits(settings.Configuration)
        .AddStorage(settings.Data, settings.ConnectionString)
        .AddKeys(settings.KeyRing)
        .AddAudit()
        .AddMail(settings.Route, settings.PublicUrl, settings.Brand)
        .AddAccounts(settings.PasswordList)
        .AddAuthenticators()
        .AddSessions()
        .AddAdministration()
        .AddWeb()
        .AddSingleton(settings.Proxies)
        .AddScoped<DatabaseVersions>()
        .AddScoped<StartUp>();
}
