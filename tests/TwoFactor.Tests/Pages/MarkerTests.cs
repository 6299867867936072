namespace TwoFactor.Tests.Pages;

using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TwoFactor.Administration;
using TwoFactor.Authenticators;
using TwoFactor.Keys;
using TwoFactor.Storage;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>
/// Everything that must not be seen is followed by name: no log line at any level, no page, no foreign mail, no byte of the database
/// has it.
/// </summary>
public sealed class MarkerTests : IDisposable
{
    private const string WrongPassword = "wrong-marker-of-a-password-typed";

    private readonly App app = new(
        ("Logging:LogLevel:Default", "Trace"),
        ("Logging:LogLevel:Microsoft", "Trace"),
        ("Logging:LogLevel:Microsoft.AspNetCore.Mvc.Infrastructure", "Trace"),
        ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"),
        ("Logging:LogLevel:Microsoft.AspNetCore.Routing", "Trace"),
        ("Logging:LogLevel:Microsoft.AspNetCore.StaticFiles", "Trace"),
        ("Logging:Console:LogLevel:Default", "None"));

    private readonly List<Marker> markers = [];

    [Fact]
    public async Task What_must_not_be_seen_is_seen_nowhere()
    {
        var (admin, user) = await LiveAsync();

        // After the confirmation no page shows any of it, whoever looks.
        var pages = new List<VisitedPage>();
        foreach (var path in new[]
        {
            "/account", "/admin", "/admin/accounts", "/admin/audit", $"/admin/accounts/{await IdAsync("ursula")}"
        })
        {
            pages.Add(await admin.Browser.GetAsync(path));
        }

        pages.Add(await user.Browser.GetAsync("/account"));
        pages.Add(await user.Browser.GetAsync("/account/recovery-codes"));
        pages.Add(await user.Browser.GetAsync("/account/authenticators"));
        pages.Add(await user.Browser.GetAsync("/enroll"));
        var messages = await (await app.MailboxAsync()).AllAsync();
        var files = Directory.GetFiles(app.DataDirectory, "twofactor.db*").Select(ReadShared).ToList();

        var seen = new List<string>();
        foreach (var marker in markers)
        {
            seen.AddRange(app.Log.All.Where(marker.IsIn).Select(line => $"{marker.Name} in the log: {line}"));
            seen.AddRange(pages.Where(page => marker.IsIn(page.Html)).Select(page => $"{marker.Name} on {page.Path}"));
            seen.AddRange(messages.Where(message => !marker.MayStandIn(message) && marker.IsIn(message.Text + message.Html))
                .Select(message => $"{marker.Name} in the mail {message.Subject}"));
            seen.AddRange(files.Where(marker.IsIn).Select(_ => $"{marker.Name} in the database's files"));
        }

        Assert.Empty(seen);
        Assert.True(markers.Count > 20, $"Only {markers.Count} markers were followed.");
        Assert.Contains(app.Log.All, line => line.StartsWith("Trace", StringComparison.Ordinal));
    }

    [Fact]
    public void A_marker_is_found_in_each_of_its_spellings()
    {
        var token = Token.New();
        var marker = Marker.Of("token", token);
        Assert.True(marker.IsIn($"GET /invitation/{token.Reveal()}"));
        Assert.True(marker.IsIn($"ticket {token.RevealInGroups()}"));
        Assert.True(marker.IsIn([1, 2, .. token.Value, 3]));
        Assert.False(marker.IsIn($"ticket {Token.New().RevealInGroups()}"));
    }

    public void Dispose() => app.Dispose();

    /// <summary>Set-up, invitation, enrollment, wrong and right sign-ins, two resets, "not me", a new password, sign-out.</summary>
    private async Task<(TestUser Admin, TestUser User)> LiveAsync()
    {
        Follow("set-up link", await app.SetupLinkAsync());
        var admin = await TestUser.FirstAdminAsync(app);
        Follow("admin's secret", admin.Phone!);
        var user = await Harness.TestUsers.InviteAsync(app, admin, "ursula", accept: false);
        await user.AcceptInvitationAsync();
        Follow("user's secret", user.Phone!);
        markers.Add(Marker.Of("password", TestUser.GoodPassword));
        markers.Add(Marker.Of("wrong password", WrongPassword));
        FollowCookies(user);
        await user.SignOutAsync();
        await user.EnterPasswordAsync(WrongPassword);
        var code = await user.EnterPasswordAsync();
        FollowCookies(user);
        await user.Browser.SubmitAsync(code, ("code", user.WrongCode()));
        await user.Browser.SubmitAsync(await user.Browser.GetAsync("/sign-in/code"), ("code", user.Code()));
        FollowCookies(user);
        app.Time.Advance(TimeSpan.FromSeconds(60));

        await ResetAsync(admin, "call-back", "mail");
        app.Time.Advance(TimeSpan.FromSeconds(60));
        var shown = await ResetAsync(admin, "badge", "hand-over");
        var ticket = Token.Parse(shown.WordsOf(".key")) ?? throw new InvalidOperationException("No ticket was shown.");
        markers.Add(Marker.Of("handed-over ticket", ticket));
        var form = await user.EnterPasswordAsync();
        var picture = await user.Browser.SubmitAsync(form, ("ticket", ticket.RevealInGroups()));
        FollowCookies(user);
        await user.ConfirmAsync(picture);
        Follow("user's second secret", user.Phone!);
        FollowCookies(user);

        var link = await app.AskAsync(async services => await services.GetRequiredService<PasswordLinks>()
            .MakeAsync(await IdAsync("ursula"), Actor.Console, TestContext.Current.CancellationToken));
        markers.Add(Marker.Of("password link", link!.Value.Token));
        var reset = await user.Browser.GetAsync($"/reset-password/{link.Value.Token.Reveal()}");
        await user.Browser.SubmitAsync(
            reset, ("new-password", "another-marker-password"), ("new-password-again", "another-marker-password"));
        markers.Add(Marker.Of("new password", "another-marker-password"));
        user.Password = "another-marker-password";
        await user.SignInAsync();
        FollowCookies(user);
        FollowCookies(admin);

        foreach (var message in await (await app.MailboxAsync()).AllAsync())
        {
            foreach (var address in message.Links.Where(address => Token.Parse(address.Segments[^1]) is not null))
            {
                markers.Add(Marker.Of(
                    $"link {address.AbsolutePath.Split('/')[1]} of '{message.Subject}'",
                    Token.Parse(address.Segments[^1])!) with
                { Own = message.File });
            }
        }

        var mine = (await (await app.MailboxAsync()).AllAsync()).Last(
            message => message.To == user.Mail && message.Subject.Contains("authenticator was added", StringComparison.Ordinal));
        await user.Browser.PressAsync(await user.Browser.GetAsync(mine.Link("/not-me/")), "Stop it");
        return (admin, user);
    }

    private async Task<VisitedPage> ResetAsync(TestUser admin, string verified, string delivery)
    {
        var detail = await admin.Browser.GetAsync($"/admin/accounts/{await IdAsync("ursula")}/reset");
        return await admin.Browser.SubmitAsync(
            detail, ("verified", verified), ("reason", "lost"), ("delivery", delivery), ("code", admin.Code()));
    }

    private async Task<Guid> IdAsync(string name) =>
        (await app.QueryAsync<Guid>($"SELECT id AS Value FROM account WHERE user_name={name}")).Single();

    private void Follow(string name, Uri link) => markers.Add(Marker.Of(name, Token.Parse(link.Segments[^1])!));

    private void Follow(string name, TotpSecret secret) => markers.Add(Marker.Of(name, secret));

    private void FollowCookies(TestUser user)
    {
        foreach (var name in new[] { "Session", "SignIn", "Device", "Enrollment", "Invitation", "Ticket" })
        {
            // The cookie of a known browser holds a token for each of its people.
            foreach (var token in (user.Browser.Cookies[$"TwoFactor-{name}"] ?? "").Split('.').Select(Token.Parse).OfType<Token>())
            {
                markers.Add(Marker.Of($"{name} cookie of {user.UserName}", token));
            }
        }
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Something secret, in every spelling that could give it away.</summary>
    private sealed record Marker(string Name, IReadOnlyList<string> Texts, IReadOnlyList<byte[]> Bytes)
    {
        /// <summary>The file of the one mail that may have it.</summary>
        public string? Own { get; init; }

        public static Marker Of(string name, Token token) => new(
            name, [token.Reveal(), token.RevealInGroups(), .. Spell(token.Value.ToArray())], [token.Value.ToArray()]);

        public static Marker Of(string name, TotpSecret secret) => new(
            name,
            [secret.RevealAsText(), string.Join(
                ' ', secret.RevealAsText().Chunk(4).Select(group => new string(group))), .. Spell(secret.Reveal())],
            [secret.Reveal()]);

        public static Marker Of(string name, string text) => new(name, [text, Uri.EscapeDataString(text), text.Replace(' ', '+')], []);

        public bool MayStandIn(ReceivedMail message) => message.File == Own;

        public bool IsIn(string text) => Texts.Any(each => text.Contains(each, StringComparison.OrdinalIgnoreCase));

        public bool IsIn(byte[] bytes) =>
            Bytes.Concat(Texts.Select(Encoding.UTF8.GetBytes)).Any(each => bytes.AsSpan().IndexOf(each) >= 0);

        private static string[] Spell(byte[] bytes) =>
            [Convert.ToHexString(bytes), Convert.ToBase64String(bytes)
                .TrimEnd('='), Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')];
    }
}
