namespace TwoFactor.Tests.Harness;

using System.Globalization;
using Xunit;

/// <summary>The phone: computes codes with a program that shares no line with ours.</summary>
public static class OathTool
{
    /// <summary>The six digits that an authenticator app shows at a moment (RFC 6238: SHA1, 30 s).</summary>
    public static async Task<string> CodeAsync(string secretBase32, DateTimeOffset at)
    {
        var now = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        var shown = await Execution.RunAsync(Tool.Oathtool.Require(), ["--totp", "--base32", $"--now={now}", "--", secretBase32]);
        Assert.True(shown.ExitCode is 0, shown.Error);
        return shown.Output.Trim();
    }
}
