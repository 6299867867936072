namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Http.Features;
using TwoFactor.Web;
using TwoFactor.Web.Requests;

/// <summary>
/// Reads the form of a post: after authorization, so that nobody keeps in memory what the page would not take from them. The one page
/// that takes a file has a larger limit. Nothing is written to the disk, because a file may hold secrets.
/// </summary>
internal sealed class FormRules(RequestDelegate next, ServerLimits limits)
{
    /// <summary>Bytes for the form token and the boundaries.</summary>
    private const int FormOverhead = 16_384;

    private int MostOfUpload => limits.ImportBytes + FormOverhead;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!RequestRules.IsErrorPage(context)
            && HttpMethods.IsPost(context.Request.Method)
            && context.Request.HasFormContentType
            && await RefuseAsync(context.Request) is { } status)
        {
            RequestRules.Refuse(context, status);
            return;
        }

        await next(context);
    }

    /// <summary>Whether a request brings a file to a page that takes one. The endpoint says so, and not the path.</summary>
    private static bool IsUpload(HttpRequest request) =>
        request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TakesFileAttribute>() is not null
        && request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) is true;

    private async Task<int?> RefuseAsync(HttpRequest request)
    {
        if (!IsUpload(request))
        {
            return await FormReading.RefuseAsync(request, mostFiles: 0);
        }

        if (request.ContentLength > MostOfUpload)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MostOfUpload;
        }

        return await FormReading.RefuseAsync(
            request,
            mostFiles: 1,
            new FormOptions
            {
                MemoryBufferThreshold = MostOfUpload,
                MultipartBodyLengthLimit = MostOfUpload,
                ValueCountLimit = 16,
            });
    }
}
