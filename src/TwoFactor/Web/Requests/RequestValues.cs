namespace TwoFactor.Web.Requests;

using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TwoFactor.Characters;

/// <summary>What the names and values of an address or a form must be, whichever page reads them.</summary>
public static class RequestValues
{
    /// <summary>
    /// Whether each name has one value, no two names could be taken for one (<c>code</c>, <c>Code</c>, <c>code[]</c>), and all of it is
    /// text: no half of a pair, no byte that could not be decoded.
    /// </summary>
    /// <remarks>The framework leaves an escape as it was written where its bytes are no UTF-8: <c>%FF</c> is three characters.</remarks>
    /// <param name="files">The names of fields with a file.</param>
    public static bool IsPlain(IEnumerable<KeyValuePair<string, StringValues>> values, params IEnumerable<string> files)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return values.All(field => seen.Add(WithoutIndex(field.Key))
                && field.Value.Count <= 1
                && UnicodeText.IsWellFormed(field.Key)
                && UnicodeText.IsWellFormed(field.Value.ToString()))
            && files.All(name => seen.Add(WithoutIndex(name)) && UnicodeText.IsWellFormed(name));
    }

    /// <summary>Whether a form is in UTF-8, as browsers send it. In another character set a field would read as something else.</summary>
    public static bool IsUtf8(string? contentType) =>
        !MediaTypeHeaderValue.TryParse(contentType, out var type)
        || type.Charset.Length == 0
        || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static string WithoutIndex(string name) => name.Split('[', '.')[0];
}
