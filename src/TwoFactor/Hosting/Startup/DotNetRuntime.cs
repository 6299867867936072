namespace TwoFactor.Hosting.Startup;

using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using TwoFactor.Accounts;
using TwoFactor.Characters;

/// <summary>Checks the .NET runtime.</summary>
internal static class DotNetRuntime
{
    /// <summary>Returns why the server cannot run on this runtime; null when it can.</summary>
    public static string? Refuse()
    {
        if (!string.Equals(UnicodeText.Normalize("\u212B", NormalizationForm.FormC), "\u00C5", StringComparison.Ordinal))
        {
            return "This .NET runtime does not normalise text. Install ICU, or unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.";
        }

        var version =
            typeof(IDataProtectionProvider).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? "";
        var numbers = version.Split('+', '-')[0];
        return Version.TryParse(numbers, out var parsed) && parsed >= new Version(10, 0, 7)
            ? null
            : $"Data Protection {numbers} has a known hole (CVE-2026-40372). Update the .NET runtime to 10.0.7 or newer.";
    }
}
