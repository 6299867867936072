namespace TwoFactor.Tests.Harness;

using System.Globalization;
using System.Web;
using OtpNet;

/// <summary>
/// A phone that scanned a picture: knows only what the QR code says, and shows what <c>oathtool</c> shows. For the real clock.
/// </summary>
public sealed class ScannedPhone
{
    private const int Period = 30;
    private long lastStep;

    private ScannedPhone(Uri scanned)
    {
        Scanned = scanned;
        Secret = HttpUtility.ParseQueryString(scanned.Query)["secret"] ?? throw new InvalidOperationException($"No secret in {scanned}.");
    }

    /// <summary>The <c>otpauth:</c> address.</summary>
    public Uri Scanned { get; }

    /// <summary>Base 32.</summary>
    public string Secret { get; }

    /// <summary>The line of the app: "Acme:ada". A picture with the same one takes its place.</summary>
    public string Line => Uri.UnescapeDataString(Scanned.AbsolutePath.TrimStart('/'));

    public static async Task<ScannedPhone> ScanAsync(byte[] picture) => new(new Uri(await QrReader.ReadAsync(picture)));

    /// <summary>The value of a parameter of the scanned address.</summary>
    public string? Parameter(string name) => HttpUtility.ParseQueryString(Scanned.Query)[name];

    /// <summary>
    /// A code that was not shown before and that the server takes just now: it waits for the next half minute only where three are used
    /// up.
    /// </summary>
    public async Task<string> NextCodeAsync()
    {
        var shown = await Eventually.GetAsync(
            () =>
            {
                var (now, into) = Math.DivRem(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), Period);

                // Late in a half minute the code before is about to go out of the window, and a slow machine would be too late with it.
                var next = Math.Max(lastStep + 1, into < Period / 2 ? now - 1 : now);
                return Task.FromResult(next <= now + 1 ? next.ToString(CultureInfo.InvariantCulture) : null);
            },
            () => "The next half minute did not come.");
        lastStep = long.Parse(shown, CultureInfo.InvariantCulture);
        return await CodeAsync(lastStep);
    }

    /// <summary>The same, of a later half minute than any that another phone of the same account showed.</summary>
    public Task<string> NextCodeAsync(ScannedPhone after)
    {
        ArgumentNullException.ThrowIfNull(after);
        lastStep = Math.Max(lastStep, after.lastStep);
        return NextCodeAsync();
    }

    /// <summary>The code shown last, once more.</summary>
    public Task<string> SameCodeAsync() => CodeAsync(lastStep);

    /// <summary>A code of the current half minute, whether it was used or not.</summary>
    public Task<string> CurrentCodeAsync() => CodeAsync(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / Period);

    /// <summary>A code that fits none of the half minutes that anybody looks at.</summary>
    public string WrongCode()
    {
        var (hotp, now) = (new Hotp(Base32Encoding.ToBytes(Secret)), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / Period);
        var near = Enumerable.Range(-30, 61).Select(steps => hotp.ComputeHOTP(now + steps)).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(0, 100).Select(number => number.ToString("D6", CultureInfo.InvariantCulture))
            .First(code => !near.Contains(code));
    }

    private Task<string> CodeAsync(long step) => OathTool.CodeAsync(Secret, DateTimeOffset.FromUnixTimeSeconds(step * Period));
}
