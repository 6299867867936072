namespace TwoFactor.Hosting.Startup;

/// <summary>Tells an operator why nothing was started, on standard error. The exit code is 1.</summary>
public static class ConsoleErrors
{
    public static async Task<int> WriteAsync(string refusal)
    {
        await Console.Error.WriteLineAsync(refusal);
        return 1;
    }

    public static async Task<int> WriteAsync(SettingsParseResult reading)
    {
        foreach (var refusal in reading is SettingsParseResult.Invalid(var all) ? all : [])
        {
            await Console.Error.WriteLineAsync(refusal.ToString());
        }

        return 1;
    }
}
