namespace TwoFactor.Commands;

using System.CommandLine;
using TwoFactor.Audit.Marks;
using TwoFactor.Keys;

/// <summary><c>keys …</c></summary>
internal static class KeyCommands
{
    public static Command Build()
    {
        var check = new Command("check", "Check that the key ring opens every secret in the database");
        check.SetAction((parsed, cancellation) => CommandHost.RunAsync(
            parsed,
            async (services, token) =>
            {
                // CommandHost has already refused a key ring that does not match.
                var check = services.GetRequiredService<KeyRingHealth>().Current;
                var marks = services.GetRequiredService<MarkFiles>();
                var isWeak = await marks.IsWeakAsync(token);
                string[] weakness = isWeak
                    ? [$"The high-water mark is weak: {marks.BesideKeyRing} is missing or behind. May the server write there?"]
                    : [];
                await Json.WriteAsync(
                    parsed,
                    new { Fits = true, Keys = check.Readable.Count, MarkIsWeak = isWeak },
                    [$"The key ring fits: {check.Readable.Count} key(s) in use, each opens its canary.", .. weakness]);
                return 0;
            },
            cancellation));
        return new Command("keys", "The key ring") { check };
    }
}
