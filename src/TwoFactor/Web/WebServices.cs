namespace TwoFactor.Web;

using TwoFactor.Web.Text;

/// <summary>Registers what all faces share.</summary>
public static class WebServices
{
    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddExceptionHandler<MachineFailures>()
        .AddSingleton<Cookies>()
        .AddScoped<Continuation>()
        .AddSingleton<TextContext>();
}
