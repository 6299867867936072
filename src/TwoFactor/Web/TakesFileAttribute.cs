namespace TwoFactor.Web;

/// <summary>
/// Marks a page or endpoint that takes a file: its post may have a larger body than others, which is read only once whoever sends it
/// was found to be allowed to.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class TakesFileAttribute : Attribute;
