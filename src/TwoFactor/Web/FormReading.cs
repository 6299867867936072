namespace TwoFactor.Web;

using Microsoft.AspNetCore.Http.Features;

/// <summary>Reads the form of a post, so that everything after it finds a whole form.</summary>
public static class FormReading
{
    /// <summary>The status of a refusal; null when the form is whole, has no field twice and no more files than it may have.</summary>
    /// <param name="options">Null for those of every page.</param>
    public static async Task<int?> RefuseAsync(HttpRequest request, int mostFiles, FormOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var aborted = request.HttpContext.RequestAborted;
            var form = await (options is null ? request.ReadFormAsync(aborted) : request.ReadFormAsync(options, aborted));
            return form.Any(field => field.Value.Count > 1) || form.Files.Count > mostFiles ? StatusCodes.Status400BadRequest : null;
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or ArgumentException
            or NotSupportedException or OverflowException or FormatException)
        {
            // The charset is not supported, a chunk has no valid length, or the body is not a form.
            return StatusCodes.Status400BadRequest;
        }
    }
}
