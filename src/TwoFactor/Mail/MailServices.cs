namespace TwoFactor.Mail;

using TwoFactor.Mail.Messages;
using TwoFactor.Mail.Sending;

/// <summary>The texts of mails, the outbox, and the ways to send them.</summary>
public static class MailServices
{
    public static IServiceCollection AddMail(
        this IServiceCollection services, MailRoute route, PublicUrl publicUrl, Brand brand) => services
        .AddSingleton(route)
        .AddSingleton(publicUrl)
        .AddSingleton(brand)
        .AddSingleton<MailLayout>()
        .AddSingleton<OwnerMessages>()
        .AddSingleton<AdminMessages>()
        .AddSingleton<InvitationMessages>()
        .AddScoped<Outbox>()
        .AddScoped<Notices>()
        .AddSingleton<MimeMessageFactory>()
        .AddSingleton<PickupFolder>()
        .AddScoped<OutboxRows>()
        .AddScoped<UnsentMail>()
        .AddScoped<OutboxSender>()
        .AddSingleton<SmtpBackoff>()
        .AddScoped(Transport);

    private static MailTransport Transport(IServiceProvider services) => services.GetRequiredService<MailRoute>().Smtp is { } smtp
        ? ActivatorUtilities.CreateInstance<SmtpTransport>(services, smtp)
        : ActivatorUtilities.CreateInstance<PickupFolderTransport>(services);
}
