namespace TwoFactor.Tests.Harness;

using System.Net.Http.Headers;
using System.Text;

/// <summary>A form with a file, as a browser sends it.</summary>
internal static class Uploads
{
    public static Task<VisitedPage> UploadAsync(this Visitor visitor, string path, string content) =>
        visitor.UploadAsync(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Opens a page, chooses a file, presses its button, and follows where it leads.</summary>
    public static async Task<VisitedPage> UploadAsync(this Visitor visitor, string path, byte[] content)
    {
        var answer = await visitor.UploadOnceAsync(path, content);
        return answer.Headers.Location is { } next ? await visitor.GetAsync(next) : answer;
    }

    /// <summary>The first answer, whose redirect is not followed.</summary>
    public static async Task<VisitedPage> UploadOnceAsync(this Visitor visitor, string path, byte[] content)
    {
        var page = await visitor.GetAsync(path);
        var token = page.Document.QuerySelector("main [name='form-token']")?.GetAttribute("value") ?? "";
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        using var proof = new StringContent(token);
        file.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        form.Add(proof, "form-token");
        form.Add(file, "file", "people.csv");
        return await visitor.OnceAsync(HttpMethod.Post, new Uri(path, UriKind.Relative), form);
    }
}
