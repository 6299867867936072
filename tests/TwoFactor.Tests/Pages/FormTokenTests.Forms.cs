namespace TwoFactor.Tests.Pages;

using System.Reflection;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;

/// <summary>How a form is filled in, and what must be as before.</summary>
public sealed partial class FormTokenTests
{
    /// <summary>A page that is over says so in its own words.</summary>
    private static bool SaysWhatWasKept(VisitedPage answer) =>
        answer.Words.Contains("This page was open too long, or in another tab. Nothing was changed.", StringComparison.Ordinal)
        || (answer.Words.Contains("Nothing on your account has changed.", StringComparison.Ordinal)
        && answer.Document.QuerySelector("input:not([type=hidden])") is null);

    private static bool IsOf(IHtmlFormElement form, string path) => form.Closest("main") is not null
        && string.Equals(form.GetAttribute("method"), "post", StringComparison.OrdinalIgnoreCase)
        && Uri.TryCreate(new Uri("http://localhost"), form.GetAttribute("action"), out var action)
        && action.AbsolutePath == path.Split('?')[0];

    private static Dictionary<string, string> Fill(IHtmlFormElement form, string? token, string code)
    {
        var fields = form.QuerySelectorAll("input[name], textarea[name]").Select(field => field.GetAttribute("name")!)
            .Distinct().Where(name => name != "form-token")
            .ToDictionary(
                name => name, name => form.QuerySelector($"[name='{name}']")!.GetAttribute("value") is { Length: > 0 } value ? value : "x");
        foreach (var (name, value) in new[]
        {
            ("code", code), ("password", "not the right password"), ("new-password", "an entirely new password"),
            ("new-password-again", "an entirely new password"), ("username", "ursula"), ("email", "new@acme.example"),
            ("form-token", token),
        })
        {
            if (value is not null && (fields.ContainsKey(name) || name == "form-token"))
            {
                fields[name] = value;
            }
        }

        return fields;
    }

    /// <summary>All that is stored (but for the audit, which is sealed in its own time) and all cookies.</summary>
    private async Task<string> StateAsync(Visitor visitor)
    {
        var dump = await app.AskAsync(services => DatabaseDump.OfAsync(services.GetRequiredService<TwoFactorDb>()));
        return string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("audit_", StringComparison.Ordinal)))
            + string.Join(' ', visitor.Cookies.All.Select(cookie => $"{cookie.Key}={cookie.Value.Value}").Order(StringComparer.Ordinal));
    }

    private static string TokenOf(VisitedPage page) => page.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;

    private static string? Describe(Type page, MethodInfo method) => method.Name.StartsWith("OnPost", StringComparison.Ordinal)
        ? $"{page.FullName!["TwoFactor.Pages.".Length..^"Model".Length]} "
            + $"{method.Name["OnPost".Length..].Replace("Async", "", StringComparison.Ordinal)}"
        : null;

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Guids();
}
