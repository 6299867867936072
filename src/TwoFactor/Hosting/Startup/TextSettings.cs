namespace TwoFactor.Hosting.Startup;

using TwoFactor.Characters;

/// <summary>
/// Every setting is text: a value with bytes that are no UTF-8 would stand broken on pages and in mails, or open nothing.
/// </summary>
internal static class TextSettings
{
    private static readonly string[] Sections =
        ["Urls", "TwoFactor", "Brand", "Support", "Database", "ConnectionStrings", "KeyRing", "Proxies", "Smtp", "Limits"];

    /// <remarks>The value is not repeated: it may be a secret, and a terminal cannot show it.</remarks>
    public static IEnumerable<InvalidSetting> Refusals(IConfiguration configuration) =>
        from section in Sections
        from setting in configuration.GetSection(section).AsEnumerable()
        where !UnicodeText.IsWellFormed(setting.Key) || (setting.Value is { } value && !UnicodeText.IsWellFormed(value))
        select new InvalidSetting(
            UnicodeText.IsWellFormed(setting.Key) ? setting.Key : section,
            "…",
            "text in UTF-8; something in it is no character",
            "what holds without it");
}
