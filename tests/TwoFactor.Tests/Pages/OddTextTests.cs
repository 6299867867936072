namespace TwoFactor.Tests.Pages;

using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Text that is no valid Unicode, in every field, query, route and cookie: a refusal at most, never a failure of ours.</summary>
[Slow]
public sealed class OddTextTests : IDisposable
{
    /// <summary>
    /// U+FFFE, a lone half of a pair, an overlong slash, a byte that starts nothing, a cut character, NUL; alone and in a word.
    /// </summary>
    private static readonly string[] Odd =
        ["%EF%BF%BE", "%ED%A0%80", "%C0%AF", "%FF", "%E2%82", "%00", "a%EF%BF%BEb", "a%ED%BF%BFb@acme.example", "12345%EF%BF%BE"];

    private readonly App app = App.WithMail();
    private readonly List<string> failures = [];

    public void Dispose() => app.Dispose();

    [Fact]
    public async Task In_every_field_of_every_form()
    {
        using var stranger = app.Visitor();
        await TryFormsAsync(stranger, (await app.SetupLinkAsync()).PathAndQuery);
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        var id = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'"))[0];
        await TryFormsAsync(stranger, "/sign-in", "/forgot-password");
        await TryFormsAsync(
            admin.Browser,
            "/account", "/account/profile", "/account/password", "/account/authenticators", "/account/recovery-codes", "/account/sessions",
            "/proof?for=recovery-codes", "/admin/accounts", "/admin/accounts/new", $"/admin/accounts/{id}", $"/admin/accounts/{id}/edit",
            $"/admin/accounts/{id}/reset", $"/admin/accounts/{id}/pass", $"/admin/accounts/{id}/delete", "/admin/audit", "/admin/resets",
            "/admin/mail");
        var half = new TestUser(app, user.UserName, user.Mail);
        await half.EnterPasswordAsync();
        await TryFormsAsync(half.Browser, "/sign-in/code", "/sign-in/recovery-code", "/sign-in/ticket", "/sign-in/cancel-reset");

        AssertNothingFailed();
    }

    [Fact]
    public async Task In_queries_routes_and_cookies()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        foreach (var odd in Odd)
        {
            foreach (var address in new[]
            {
                $"/sign-in?returnUrl={odd}", $"/proof?for={odd}", $"/reset-password/{odd}", $"/invitation/{odd}", $"/not-me/{odd}",
                $"/setup/{odd}", $"/confirm-mail/{odd}", $"/admin/accounts/{odd}", $"/admin/accounts?search={odd}",
                $"/admin/accounts?group={odd}",
                $"/admin/accounts?show={odd}", $"/admin/accounts?after={odd}", $"/admin/audit?account={odd}", $"/admin/audit?kind={odd}",
                $"/admin/audit?from={odd}", $"/admin/accounts.csv?search={odd}", $"/admin/audit.csv?agent={odd}", $"/{odd}",
                $"/sign-in?{odd}=1",
            })
            {
                await SendAsync(admin.Browser, HttpMethod.Get, address, null);
            }
        }

        foreach (var cookie in new[]
        {
            "TwoFactor-SignIn", "TwoFactor-Session", "TwoFactor-Device", "TwoFactor-Form", "TwoFactor-Enrollment"
        })
        {
            using var visitor = app.Visitor();
            var form = await visitor.GetAsync("/sign-in");
            visitor.Cookies[cookie] = new string('0', 26);
            await SendAsync(visitor, HttpMethod.Get, "/account", null);
            await SendAsync(visitor, HttpMethod.Post, "/sign-in/code", $"code=%EF%BF%BE&{Token(form)}");
            await SendAsync(visitor, HttpMethod.Post, "/sign-in/recovery-code", $"recovery-code=%EF%BF%BE&{Token(form)}");
        }

        AssertNothingFailed();
    }

    private async Task TryFormsAsync(Visitor visitor, params string[] paths)
    {
        foreach (var path in paths)
        {
            var forms = (await visitor.GetAsync(path)).Document.Forms.OfType<IHtmlFormElement>().ToList();
            for (var number = 0; number < forms.Count; number++)
            {
                for (var turn = 0; turn < Odd.Length; turn += 2)
                {
                    await TryFormAsync(visitor, path, number, turn);
                }
            }
        }
    }

    /// <summary>Each field but the token at once; the page is read anew, since a token may have been used.</summary>
    private async Task TryFormAsync(Visitor visitor, string path, int number, int turn)
    {
        var page = await visitor.GetAsync(path);
        if (page.Document.Forms.OfType<IHtmlFormElement>().ElementAtOrDefault(number) is not { } form
            || form.Action.EndsWith("/sign-out", StringComparison.Ordinal))
        {
            return;
        }

        var names = form.Elements.Select(element => element.GetAttribute("name")).OfType<string>().Distinct(StringComparer.Ordinal);
        var body = string.Join('&', names.Where(name => name is not "form-token")
            .Select((name, place) => $"{Uri.EscapeDataString(name)}={Odd[(turn + place) % Odd.Length]}").Append(Token(page)));
        var target = new Uri(form.Action).PathAndQuery;
        if (string.Equals(form.Method, "get", StringComparison.OrdinalIgnoreCase))
        {
            await SendAsync(visitor, HttpMethod.Get, $"{target.Split('?')[0]}?{body}", null);
        }
        else
        {
            await SendAsync(visitor, HttpMethod.Post, target, body);
        }
    }

    private static string Token(VisitedPage page) =>
        page.Field("form-token")?.GetAttribute("value") is { } token
            ? $"form-token={Uri.EscapeDataString(token)}"
            : "none=1";

    private async Task SendAsync(Visitor visitor, HttpMethod method, string address, string? body)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        if (address.Split('?')[0].Contains("%00", StringComparison.Ordinal))
        {
            // The web server itself refuses it in a path, and the one for tests throws.
            return;
        }

        var answer = await visitor.OnceAsync(method, new Uri(address, UriKind.Relative), content);
        if (answer.Status is HttpStatusCode.InternalServerError)
        {
            failures.Add($"{method} {address} {body}");
        }
    }

    private void AssertNothingFailed()
    {
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.DoesNotContain(app.Log.All, line => line.StartsWith("Error", StringComparison.Ordinal));
    }
}
