namespace TwoFactor.Tests.Harness;

using System.Globalization;
using OtpNet;
using Xunit;

/// <summary>Somebody who comes in through the pages of the program as its own process, on the real clock.</summary>
internal sealed class NewUser(ServerProcess server, string userName) : IDisposable
{
    public const string Password = "correct horse battery staple";

    private long lastStep;

    public Visitor Browser { get; } = server.Visitor();

    public string UserName => userName;

    /// <summary>The time step that it is.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;

    /// <summary>The step whose code confirmed the phone.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Base 32; what no command may ever say.</summary>
    public string Secret { get; private set; } = "";

    public static async Task<NewUser> FirstAdminAsync(ServerProcess server, string userName = "ada")
    {
        var admin = new NewUser(server, userName);
        await admin.EnrollAsync(await admin.OpenSetupAsync());
        return admin;
    }

    /// <summary>Enrolls by a set-up link.</summary>
    public async Task EnrollByAsync(string link) => await EnrollAsync(await OpenSetupAsync(new Uri(link.Trim())));

    /// <summary>The set-up form is posted; the picture is not confirmed.</summary>
    public async Task<VisitedPage> OpenSetupAsync(Uri? link = null) => await Browser.SubmitAsync(
        await Browser.GetAsync(link ?? await server.SetupLinkAsync()),
        ("username", userName), ("email", $"{userName}@acme.example"), ("new-password", Password), ("new-password-again", Password));

    public static async Task<NewUser> AcceptAsync(ServerProcess server, string userName, Uri invitation)
    {
        var person = new NewUser(server, userName);
        var form = await person.Browser.GetAsync(invitation);
        await person.EnrollAsync(await person.Browser.SubmitAsync(form, ("new-password", Password), ("new-password-again", Password)));
        return person;
    }

    /// <summary>The page that asks for a code, in a browser that nobody knows.</summary>
    public async Task<(Visitor Browser, VisitedPage Page)> EnterPasswordAsync()
    {
        var browser = server.Visitor();
        var page = await browser.SubmitAsync(await browser.GetAsync("/sign-in"), ("username", userName), ("password", Password));
        Assert.Equal("/sign-in/code", page.Path);
        return (browser, page);
    }

    /// <summary>A code of a later half minute than any before, as soon as the server takes it.</summary>
    public async Task<string> NextCodeAsync()
    {
        var next = Math.Max(lastStep, FirstStep) + 1;
        lastStep = long.Parse(
            await Eventually.GetAsync(
                () => Task.FromResult(next <= Now + 1 ? Math.Max(next, Now).ToString(CultureInfo.InvariantCulture) : null), () =>
                    "The next half minute did not come."),
            CultureInfo.InvariantCulture);
        return Code(lastStep);
    }

    public string Code(long step) => new Hotp(Base32Encoding.ToBytes(Secret)).ComputeHOTP(step);

    /// <summary>A code that fits no step near now.</summary>
    public string WrongCode()
    {
        var near = Enumerable.Range(-30, 61).Select(steps => Code(Now + steps)).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, 100).Select(number => number.ToString("D6", CultureInfo.InvariantCulture))
            .First(code => !near.Contains(code));
    }

    public void Dispose() => Browser.Dispose();

    private async Task EnrollAsync(VisitedPage picture)
    {
        Assert.Equal("/enroll", picture.Path);
        var key = await Browser.GetAsync("/enroll/manual-key");
        Secret = key.WordsOf(".key").Replace(" ", "", StringComparison.Ordinal);
        FirstStep = Now;
        var codes = await Browser.SubmitAsync(picture, ("code", Code(FirstStep)));
        Assert.Equal("/enroll/recovery-codes", codes.Path);
    }
}
