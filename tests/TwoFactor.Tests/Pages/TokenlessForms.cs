namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Sends forms that are filled in rightly, but for their token, and looks whether all is as before.</summary>
internal sealed partial class TokenlessForms(App app)
{
    private string? othersToken;

    /// <summary>The addresses of the forms that were tried.</summary>
    public HashSet<string> Tried { get; } = new(StringComparer.Ordinal);

    /// <summary>What was not as it must be.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Sends each form of a page as it stands, filled in rightly, but for its token.</summary>
    public async Task TryAsync(Visitor visitor, string path, string code = "000000")
    {
        othersToken ??= await OthersTokenAsync();
        var page = await visitor.GetAsync(path);
        Assert.Equal(path, page.Path);
        foreach (var form in page.Document.Forms.Where(form => IsOf(form, path)))
        {
            var action = form.GetAttribute("action")!;
            Tried.Add(Guids().Replace(action, "ID"));
            var before = await StateAsync(visitor);
            foreach (var token in new[] { null, othersToken, "nonsense", TokenOf(page)[..^4] + "AAAA" })
            {
                using var content = new FormUrlEncodedContent(Fill(form, token, code));
                var answer = await visitor.OnceAsync(HttpMethod.Post, new Uri(action, UriKind.Relative), content);
                if (answer.Status != HttpStatusCode.BadRequest
                    || !SaysWhatWasKept(answer)
                    || !answer.Document.Forms.Any(again => again.GetAttribute("action") == action))
                {
                    Wrong.Add($"{action} with {token}: {answer.Status} {answer.Words}");
                }
            }

            if (before != await StateAsync(visitor))
            {
                Wrong.Add($"{action} changed something.");
            }
        }
    }

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

    /// <summary>A true token, of somebody else's browser.</summary>
    private async Task<string> OthersTokenAsync()
    {
        using var stranger = app.Visitor();
        return TokenOf(await stranger.GetAsync("/sign-in"));
    }

    private static string TokenOf(VisitedPage page) => page.Document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Guids();
}
