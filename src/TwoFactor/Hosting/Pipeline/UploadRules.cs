namespace TwoFactor.Hosting.Pipeline;

using Microsoft.AspNetCore.Http.Features;
using TwoFactor.Web;

/// <summary>
/// Reads the body of pages that take a file, and so a larger body than others. It runs after authorization, and never writes to the disk,
/// because the file may hold secrets.
/// </summary>
internal sealed class UploadRules(RequestDelegate next, ServerLimits limits)
{
    /// <summary>Bytes for the form token and the boundaries.</summary>
    private const int FormOverhead = 16_384;

    private int Most => limits.ImportBytes + FormOverhead;

    /// <summary>Whether a request is checked here, and not by <see cref="RequestRules"/>.</summary>
    public static bool IsUpload(HttpRequest request) => HttpMethods.IsPost(request.Method)
        && request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TakesFileAttribute>() is not null
        && request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) is true;

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsUpload(context.Request) && await RefuseAsync(context.Request) is { } status)
        {
            RequestRules.Refuse(context, status);
            return;
        }

        await next(context);
    }

    private async Task<int?> RefuseAsync(HttpRequest request)
    {
        if (request.ContentLength > Most)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Most;
        }

        return await FormReading.RefuseAsync(
            request,
            mostFiles: 1,
            new FormOptions { MemoryBufferThreshold = Most, MultipartBodyLengthLimit = Most, ValueCountLimit = 16 });
    }
}
