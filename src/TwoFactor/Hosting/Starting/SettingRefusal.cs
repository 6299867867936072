namespace TwoFactor.Hosting;

/// <summary>A setting that stops the program: its name, what it is, and what would be right.</summary>
public sealed record SettingRefusal(string Name, string? Value, string MustBe, string Default)
{
    public override string ToString() => $"{Name} is '{Value}'. It must be {MustBe}. Default: {Default}.";
}

/// <summary>What reading the settings came to.</summary>
public abstract record SettingsReading
{
    private SettingsReading()
    {
    }

    public sealed record Valid(Settings Settings) : SettingsReading;

    public sealed record Invalid(IReadOnlyList<SettingRefusal> Refusals) : SettingsReading;
}
