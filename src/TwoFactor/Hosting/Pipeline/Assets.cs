namespace TwoFactor.Hosting.Pipeline;

/// <summary>Serves the stylesheet and the icon: the only responses that a browser may cache.</summary>
internal static class Assets
{
    /// <summary>Marks the response of a file, for <see cref="SecurityHeaders"/>.</summary>
    public static readonly object IsAsset = new();

    /// <summary>Caches for a year when the address carries the file's hash, otherwise for an hour.</summary>
    public static IApplicationBuilder UseAssets(this IApplicationBuilder app) => app.UseStaticFiles(new StaticFileOptions
    {
        OnPrepareResponse = response =>
        {
            response.Context.Items[IsAsset] = true;
            response.Context.Response.Headers.CacheControl =
                response.Context.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, max-age=3600";
        },
    });
}
