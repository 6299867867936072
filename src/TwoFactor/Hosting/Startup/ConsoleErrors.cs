namespace TwoFactor.Hosting.Startup;

/// <summary>Tells an operator why nothing was started, on standard error. The exit code is 1.</summary>
public static class ConsoleErrors
{
    public static async Task<int> WriteAsync(string refusal)
    {
        await ConsoleText.TrySayAsync(Console.Error, refusal);
        return 1;
    }

    public static async Task<int> WriteAsync(SettingsParseResult reading)
    {
        var refusals = reading is SettingsParseResult.Invalid(var all) ? all : [];
        await ConsoleText.TrySayAsync(Console.Error, [.. refusals.Select(refusal => refusal.ToString())]);
        return 1;
    }
}
