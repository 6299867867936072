namespace TwoFactor.Tests.Pages;

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Accounts;
using TwoFactor.Tests.Harness;
using TwoFactor.Tests.Stories;
using Xunit;

/// <summary>
/// Who gets what at every address there is. An endpoint without its row fails here, so the table is complete by construction.
/// </summary>
public sealed class EndpointTableTests : IAsyncLifetime, IDisposable
{
    private const string SignIn = "/sign-in";

    /// <summary>
    /// Route; then what GET answers: nobody, half signed in, enrolling, user, help desk, admin. A path is a redirect there.
    /// </summary>
    private static readonly Dictionary<string, string[]> Table = new(StringComparer.Ordinal)
    {
        ["/health/live"] = ["200", "200", "200", "200", "200", "200"],
        ["/health/ready"] = ["200", "200", "200", "200", "200", "200"],
        ["/health/{**rest}"] = ["404", "404", "404", "404", "404", "404"],
        [""] = [SignIn, SignIn, SignIn, "/account", "/account", "/account"],
        ["error"] = ["404", "404", "404", "404", "404", "404"],
        ["sign-in"] = ["200", "200", "200", "/", "/", "/"],
        ["sign-in/code"] = [SignIn, "200", SignIn, SignIn, SignIn, SignIn],
        ["sign-in/ticket/{token?}"] = [SignIn, "/sign-in/code", SignIn, SignIn, SignIn, SignIn],
        ["sign-in/cancel-reset"] = [SignIn, "/sign-in/code", SignIn, SignIn, SignIn, SignIn],
        ["sign-in/help"] = ["200", "200", "200", "200", "200", "200"],
        ["sign-out"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["setup/{token?}"] = ["404", "404", "404", "404", "404", "404"],
        ["invitation/{token?}"] = ["404", "404", "200", "404", "404", "404"],
        ["reset-password/{token?}"] = ["404", "404", "404", "404", "404", "404"],
        ["forgot-password"] = ["200", "200", "200", "200", "200", "200"],
        ["confirm-mail/{token?}"] = ["404", "404", "404", "404", "404", "404"],
        ["not-me/{token?}"] = ["404", "404", "404", "404", "404", "404"],
        ["enroll"] = ["200", "200", "200", "200", "200", "200"],
        ["enroll/qr.png"] = ["404", "404", "200", "404", "404", "404"],
        ["enroll/manual-key"] = ["/enroll", "/enroll", "200", "/enroll", "/enroll", "/enroll"],
        ["account"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["admin"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/accounts"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/accounts/new"] = [SignIn, SignIn, SignIn, "404", "404", "200"],
        ["admin/accounts/{id:guid}"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/accounts/{id:guid}/reset"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/accounts/{id:guid}/pass"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/accounts/{id:guid}/edit"] = [SignIn, SignIn, SignIn, "404", "404", "200"],
        ["admin/accounts/{id:guid}/delete"] = [SignIn, SignIn, SignIn, "404", "404", "200"],
        ["admin/resets"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/resets/{id:guid}"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["proof"] = [SignIn, SignIn, SignIn, "/account", "/account", "/account"],
        ["enroll/recovery-codes"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["account/authenticators"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["account/recovery-codes"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["account/password"] = [SignIn, SignIn, SignIn, "/proof", "/proof", "/proof"],
        ["account/sessions"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["account/profile"] = [SignIn, SignIn, SignIn, "200", "200", "200"],
        ["sign-in/recovery-code"] = ["/sign-in/code", "200", "/sign-in/code", "/sign-in/code", "/sign-in/code", "/sign-in/code"],
        ["admin/mail"] = [SignIn, SignIn, SignIn, "404", "404", "200"],
        ["admin/accounts/import"] = [SignIn, SignIn, SignIn, "404", "404", "/proof"],
        ["admin/accounts.csv"] = [SignIn, SignIn, SignIn, "404", "200", "200"],
        ["admin/audit"] = [SignIn, SignIn, SignIn, "404", "404", "200"],
        ["admin/audit.csv"] = [SignIn, SignIn, SignIn, "404", "404", "200"],
        ["/.well-known/jwks.json"] = ["200", "200", "200", "200", "200", "200"],
    };

    private readonly App app = new();
    private readonly List<Visitor> visitors = [];
    private string target = "";
    private string request = "";

    public async ValueTask InitializeAsync()
    {
        var admin = await TestUser.FirstAdminAsync(app);
        var user = await TestUsers.InviteAsync(app, admin, "ursula");
        var helpdesk = await TestUsers.AddAsync(app, "hugo", Role.Helpdesk);
        var half = new TestUser(app, "ursula", user.Mail) { Phone = user.Phone };
        await half.EnterPasswordAsync();
        var enrolling = await TestUsers.InviteAsync(app, admin, "emil", accept: false);
        var message = await (await app.MailboxAsync()).TakeAsync(enrolling.Mail, "invited");
        var form = await enrolling.Browser.GetAsync(message.Link("/invitation/"));
        await enrolling.Browser.SubmitAsync(form, ("new-password", enrolling.Password), ("new-password-again", enrolling.Password));
        visitors.AddRange([app.Visitor(), half.Browser, enrolling.Browser, user.Browser, helpdesk.Browser, admin.Browser]);
        await app.LetAgentsBeOldAsync();
        request = await app.AskForSecondAsync(admin, user);
        target = (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name='ursula'")).Single().ToString();
    }

    [Fact]
    public void Every_endpoint_has_its_row() =>
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), Routes().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Everybody_gets_what_the_table_says()
    {
        var wrong = new List<string>();
        foreach (var (route, expected) in Table)
        {
            for (var state = 0; state < visitors.Count; state++)
            {
                await CompareAsync(wrong, HttpMethod.Get, route, state, expected[state]);
                await CompareAsync(wrong, HttpMethod.Head, route, state, expected[state]);
                await CompareAsync(wrong, HttpMethod.Put, route, state, "405");
                await CompareAsync(wrong, HttpMethod.Options, route, state, "405");
                // Without its form token a post changes nothing: the same page anew.
                await CompareAsync(wrong, HttpMethod.Post, route, state, expected[state] == "200"
                    ? route.StartsWith('/') ? "405" : "400"
                    : expected[state]);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Half_a_sign_in_opens_nothing_whatever_it_is_sent_as()
    {
        var half = visitors[1].Cookies["TwoFactor-SignIn"]!;
        var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"ursula:{half}"));
        using var thief = app.Visitor();
        thief.Cookies["TwoFactor-Session"] = half;
        thief.Cookies["TwoFactor-Enrollment"] = half;
        thief.Cookies["TwoFactor-Invitation"] = half;
        thief.Cookies["TwoFactor-Device"] = half;
        var opened = new List<string>();
        foreach (var (route, expected) in Table)
        {
            foreach (var header in new[] { $"Bearer {half}", $"Basic {basic}" })
            {
                var answer = await thief.OnceAsync(
                    HttpMethod.Get, Address(route), adjust: request => request.Headers.TryAddWithoutValidation("Authorization", header));
                if (Say(answer) != expected[0])
                {
                    opened.Add($"{route} as {header.Split(' ')[0]}: {Say(answer)}");
                }
            }
        }

        Assert.Empty(opened);
    }

    [Fact]
    public async Task Malformed_cookies_open_nothing_and_break_nothing()
    {
        var names = new[]
        {
            "Session", "SignIn", "Enrollment", "Device", "Ticket", "Setup", "Invitation", "PasswordLink", "ConfirmMail",
            "NotMe", "Note", "Kept", "Form"
        };
        var odd = Enumerable.Range(0, 200).Select(Malformed).ToList();
        var wrong = new List<string>();
        foreach (var value in odd)
        {
            using var stranger = app.Visitor();
            var header = string.Join("; ", names.Select(name => $"TwoFactor-{name}={value}"));
            void Send(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Cookie", header);
            foreach (var route in new[]
            {
                "",
                "account",
                "account/password",
                "account/authenticators",
                "account/sessions",
                "account/profile",
                "enroll/recovery-codes",
                "admin",
                "admin/audit",
                "sign-out",
                "sign-in/recovery-code",
                "sign-in/code",
                "enroll/qr.png",
                "enroll/manual-key"
            })
            {
                var answer = await stranger.OnceAsync(HttpMethod.Get, Address(route), adjust: Send);
                if ((int)answer.Status is >= 200 and < 300 or >= 500)
                {
                    wrong.Add($"'{value}' at /{route}: {answer.Status}");
                }
            }

            Assert.Equal(HttpStatusCode.OK, (await stranger.OnceAsync(HttpMethod.Get, Address("sign-in"), adjust: Send)).Status);
        }

        Assert.Empty(wrong);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => app.Dispose();

    private static string Malformed(int number) => (number % 8) switch
    {
        0 => new string('A', number * 7),
        1 => $"%{number:X2}%00",
        2 => Convert.ToBase64String(BitConverter.GetBytes(number * 7919L)),
        3 => $"{number}' OR '1'='1",
        4 => "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        5 => $"{number:D26}",
        6 => $"CfDJ8{new string('x', number)}",
        _ => $"{number}=\"quoted,\" and more",
    };

    private IEnumerable<string> Routes() => app.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText ?? "").Distinct();

    private Uri Address(string route) => new(
        "/" + route.TrimStart('/')
            .Replace("{id:guid}", route.Contains("resets", StringComparison.Ordinal) ? request : target, StringComparison.Ordinal)
            .Replace("/{token?}", "", StringComparison.Ordinal)
            .Replace("{**rest}", "nope", StringComparison.Ordinal), UriKind.Relative);

    private async Task CompareAsync(List<string> wrong, HttpMethod method, string route, int state, string expected)
    {
        var answer = await visitors[state].OnceAsync(method, Address(route));
        if (Say(answer) != expected)
        {
            wrong.Add($"{method} /{route} in state {state}: {Say(answer)}, not {expected}");
        }
    }

    private static string Say(VisitedPage answer) => answer.Headers.Location is { } location
        ? new Uri(new Uri("http://localhost"), location).AbsolutePath
        : ((int)answer.Status).ToString(CultureInfo.InvariantCulture);
}
