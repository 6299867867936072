namespace TwoFactor.Hosting.Pipeline;

using TwoFactor.Mail;

/// <summary>Adds security headers to every response. A page runs no script, loads nothing from elsewhere, and cannot be framed.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, PublicUrl publicUrl)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string Permissions =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
            + "payment=(), usb=()";

    /// <summary>Two years, as browsers' preload lists require.</summary>
    private const string TransportSecurity = "max-age=63072000";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            Add(context.Response);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private void Add(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers.Remove("Server");
        if (publicUrl.IsHttps)
        {
            headers.StrictTransportSecurity = TransportSecurity;
        }

        if (!response.HttpContext.Items.ContainsKey(Assets.IsAsset))
        {
            headers.CacheControl = "no-store";
        }
    }
}
