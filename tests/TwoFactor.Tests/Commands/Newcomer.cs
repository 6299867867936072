namespace TwoFactor.Tests.Commands;

using OtpNet;
using TwoFactor.Tests.Harness;
using Xunit;

/// <summary>Somebody who comes in through the pages of the program as its own process, on the real clock.</summary>
internal sealed class Newcomer(ServerProcess server, string userName) : IDisposable
{
    public const string Password = "correct horse battery staple";

    public Visitor Browser { get; } = server.Visitor();

    public string UserName => userName;

    /// <summary>Base 32; what no command may ever say.</summary>
    public string Secret { get; private set; } = "";

    public static async Task<Newcomer> FirstAdminAsync(ServerProcess server, string userName = "ada")
    {
        var admin = new Newcomer(server, userName);
        await admin.EnrollAsync(await admin.OpenSetupAsync());
        return admin;
    }

    /// <summary>The set-up form is posted; the picture is not confirmed.</summary>
    public async Task<VisitedPage> OpenSetupAsync() => await Browser.SubmitAsync(
        await Browser.GetAsync(await server.SetupLinkAsync()),
        ("username", userName), ("email", $"{userName}@acme.example"), ("new-password", Password), ("new-password-again", Password));

    public static async Task<Newcomer> AcceptAsync(ServerProcess server, string userName, Uri invitation)
    {
        var person = new Newcomer(server, userName);
        var form = await person.Browser.GetAsync(invitation);
        await person.EnrollAsync(await person.Browser.SubmitAsync(form, ("new-password", Password), ("new-password-again", Password)));
        return person;
    }

    /// <summary>Signs in up to the code page, with a browser that nobody knows.</summary>
    public async Task<VisitedPage> EnterPasswordAsync(Visitor browser) =>
        await browser.SubmitAsync(await browser.GetAsync("/sign-in"), ("username", userName), ("password", Password));

    /// <summary>A code that fits no step near now.</summary>
    public string WrongCode()
    {
        var hotp = new Hotp(Base32Encoding.ToBytes(Secret));
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;
        var near = Enumerable.Range(-30, 61).Select(step => hotp.ComputeHOTP(now + step)).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, 100).Select(number => number.ToString("D6", null)).First(code => !near.Contains(code));
    }

    public void Dispose() => Browser.Dispose();

    private async Task EnrollAsync(VisitedPage picture)
    {
        Assert.Equal("/enroll", picture.Path);
        var key = await Browser.GetAsync("/enroll/manual-key");
        Secret = key.WordsOf(".key").Replace(" ", "", StringComparison.Ordinal);
        var code = new Totp(Base32Encoding.ToBytes(Secret)).ComputeTotp(TimeProvider.System.GetUtcNow().UtcDateTime);
        var home = await Browser.SubmitAsync(picture, ("code", code));
        Assert.Equal("/account", home.Path);
    }
}
