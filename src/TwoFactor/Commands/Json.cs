namespace TwoFactor.Commands;

using System.CommandLine;
using System.Text.Json;

/// <summary>Answers for programs: <c>--json</c>, names in snake case.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Option { get; } = new("--json") { Description = "Answer for a program to read", Recursive = true };

    public static bool Wanted(ParseResult parsed) => parsed.GetValue(Option);

    /// <summary>Writes one answer in the form that was asked for.</summary>
    public static async Task WriteAsync(ParseResult parsed, object answer, params string[] lines)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (Wanted(parsed))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(answer, Options));
            return;
        }

        foreach (var line in lines)
        {
            await output.WriteLineAsync(line);
        }
    }
}
