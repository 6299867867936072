namespace TwoFactor.Hosting.Startup;

/// <summary>A setting that stops the program: its name, its value, and what would be right.</summary>
public sealed record InvalidSetting(string Name, string? Value, string MustBe, string Default)
{
    public override string ToString() => $"{Name} is '{Value}'. It must be {MustBe}. Default: {Default}.";
}

/// <summary>The result of reading the settings.</summary>
public abstract record SettingsParseResult
{
    private SettingsParseResult()
    {
    }

    public sealed record Valid(Settings Settings) : SettingsParseResult;

    public sealed record Invalid(IReadOnlyList<InvalidSetting> Refusals) : SettingsParseResult;
}
