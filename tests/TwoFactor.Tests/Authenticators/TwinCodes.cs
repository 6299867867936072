namespace TwoFactor.Tests.Authenticators;

using TwoFactor.Authenticators;

/// <summary>
/// A secret that shows the same code twice within one window. One pair of steps in a million does; this one was searched for.
/// </summary>
internal static class TwinCodes
{
    /// <summary>In April 2028; the step after the next has the same code, the one between another.</summary>
    public static TimeStep Step => new(61_333_802);

    public const string Code = "952554";

    public static TotpSecret Secret { get; } = new([0, 0, 0, 2, .. new byte[TotpSecret.Size - 4]]);
}
