namespace TwoFactor.Hosting.Pipeline;

/// <summary>The stylesheet and the icon: the only answers that a browser may keep.</summary>
internal static class Assets
{
    /// <summary>Marks the answer of a file, for the headers.</summary>
    public static readonly object IsAsset = new();

    /// <summary>A year where the address carries the file's hash, else an hour.</summary>
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
