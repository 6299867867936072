namespace TwoFactor.Web.Requests;

using Microsoft.AspNetCore.Http.Features;

/// <summary>Reads the form of a post, so that everything after it finds a whole form.</summary>
public static class FormReading
{
    /// <summary>
    /// The status of a refusal; null when the form is whole, is text, has no field twice and no more files than it may have.
    /// </summary>
    /// <param name="options">Null for those of every page.</param>
    public static async Task<int?> RefuseAsync(HttpRequest request, int mostFiles, FormOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!RequestValues.IsUtf8(request.ContentType))
        {
            return StatusCodes.Status400BadRequest;
        }

        try
        {
            var aborted = request.HttpContext.RequestAborted;
            var form = await (options is null ? request.ReadFormAsync(aborted) : request.ReadFormAsync(options, aborted));
            return RequestValues.IsPlain(form, form.Files.Select(file => file.Name)) && form.Files.Count <= mostFiles
                ? null
                : StatusCodes.Status400BadRequest;
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
